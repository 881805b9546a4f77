/**
 * What the platform writes in English beside a run or a refusal, and how it reads in German: `$1` and on is what stands in
 * the brackets of the pattern, put into words itself. Who is told of a run reads them too (`telling-words.ts`).
 */
const sayings: readonly (readonly [RegExp, string])[] = [
  [/^Waiting for a node that has room$/, 'Wartet auf einen Rechner, der Platz hat'],
  [
    /^Waiting for its turn: (\d+) runs of this organisation are under way, (\d+) at a time$/,
    'Wartet, bis er dran ist: $1 Läufe dieser Organisation sind unterwegs, gleichzeitig sind es höchstens $2',
  ],
  [
    /^Waiting for its turn: the run of the time before is still under way$/,
    'Wartet, bis er dran ist: Der Lauf davor ist noch unterwegs',
  ],
  [/^Waiting for a runner: (.*)$/, 'Wartet auf einen freien Platz: $1'],
  [
    /^A bot runner does not start; it is tried again$/,
    'Die Umgebung für Bots startet nicht; sie wird noch einmal gestartet',
  ],
  [/^All \d+ bot runners are busy$/, 'Alle Plätze für Bots sind besetzt'],
  [/^A bot runner is starting$/, 'Die Umgebung für Bots startet'],
  [
    /^The organisation runs as many bots at once as it may$/,
    'Es laufen schon so viele Bots dieser Organisation gleichzeitig, wie sie darf',
  ],
  [/^Its node stopped; another one goes on$/, 'Sein Rechner wurde angehalten; ein anderer macht weiter'],
  [/^Cancelled by a person$/, 'Jemand hat ihn angehalten'],
  [/^It was cancelled$/, 'Er wurde angehalten'],
  [/^Run again as a new run$/, 'Wurde als neuer Lauf noch einmal ausgeführt'],
  [
    /^(\S+) could not be reached(?: \(ENOTFOUND\)| \(EAI_AGAIN\))$/,
    'Den Server $1 gibt es nicht, oder sein Name ließ sich nicht nachschlagen',
  ],
  [/^(\S+) could not be reached(?: \((\w+)\))?$/, '$1 ist nicht erreichbar'],
  [/^(\S+) did not answer in time$/, '$1 hat nicht rechtzeitig geantwortet'],
  [/^(\S+) has no address$/, 'Den Server $1 gibt es nicht'],
  [/^(\S+) does not lead to the public internet$/, '$1 führt nicht ins öffentliche Internet'],
  [
    /^The platform could not carry this out; try again later$/,
    'Die Plattform konnte es gerade nicht ausführen; später noch einmal versuchen',
  ],
  [/^(\d+) failed runs in a row\. The last one: (.*)$/, '$1 fehlgeschlagene Läufe in Folge. Der letzte: $2'],
  [/^The bot is switched off$/, 'Der Bot ist ausgeschaltet'],
  [/^Its version or configuration is gone$/, 'Seine Version oder seine Einstellungen gibt es nicht mehr'],
  [/^Nobody has agreed to: (.*)$/, 'Dem hat niemand zugestimmt: $1'],
  [/^It may not run$/, 'Er darf nicht laufen'],
  [/^The platform could not run it$/, 'Die Plattform konnte ihn nicht ausführen'],
  [/^The bot failed: (.*) \(line (\d+)\)$/, 'Der Bot ist gescheitert: $1 (Zeile $2 seines Quelltexts)'],
  [/^The bot failed: (.*)$/, 'Der Bot ist gescheitert: $1'],
  [/^It computed longer than (\d+) ms(?: \((\d+) ms\))?$/, 'Er hat länger gerechnet als die erlaubten $1 ms'],
  [/^It took longer than (\d+) ms$/, 'Er hat länger gebraucht als die erlaubten $1 ms'],
  [/^It needed more memory than (\d+) MB$/, 'Er brauchte mehr als die erlaubten $1 MB Speicher'],
  [/^It called, logged or returned too much: (.*)$/, 'Er hat zu viel aufgerufen, protokolliert oder zurückgegeben: $1'],
  [/^Its runner went down(?:: (.*))?$/, 'Der Prozess, in dem er lief, ist abgestürzt'],
  [
    /^It asked for something else than before, so nothing was done: (.*)$/,
    'Er verlangte etwas anderes als beim Mal davor, darum geschah nichts: $1',
  ],
  [/^(\d+) failed runs in a row$/, '$1 fehlgeschlagene Läufe in Folge'],

  [/^A run calls at most (\d+) actions$/, 'Ein Lauf tut höchstens $1 Dinge'],
  [/^A run calls (\S+) at most (\d+) times$/, 'Ein Lauf ruft $1 höchstens $2 Mal auf'],
  [/^A run sends at most (\d+) mails$/, 'Ein Lauf sendet höchstens $1 E-Mails'],
  [/^A run fetches at most (\d+) times$/, 'Ein Lauf ruft höchstens $1 Mal eine Adresse auf'],
  [/^A run uses its state at most (\d+) times$/, 'Ein Lauf benutzt sein Gedächtnis höchstens $1 Mal'],
  [
    /^Bots of this organisation send at most (\d+) mails in 24 hours$/,
    'Bots dieser Organisation senden höchstens $1 E-Mails in 24 Stunden',
  ],
  [/^A result has at most (\d+) bytes, this one has more$/, 'Ein Ergebnis hat höchstens $1 Bytes, dieses hat mehr'],
  [/^A run makes at most (\d+) calls$/, 'Ein Lauf ruft höchstens $1 Mal etwas auf'],
  [
    /^Whoever installed this bot does not hold the permission (\S+) now\.$/,
    'Wer diesen Bot installiert hat, hat das Recht $1 nicht mehr.',
  ],
  [/^The action (\S+) was not granted to this bot: .*$/, 'Der Bot hat um das Recht $1 nicht gebeten.'],
  [/^There is no such thing here$/, 'Das gibt es hier nicht'],

  [
    /^A rehearsal of this bot is under way: wait, or cancel it\.$/,
    'Eine Probe dieses Bots läuft schon: Warten Sie, oder brechen Sie sie ab.',
  ],
  [/^It has ended already\.$/, 'Sie ist schon zu Ende.'],
  [/^A rehearsal runs at most (\d+) days ahead\.$/, 'Eine Probe reicht höchstens $1 Tage voraus.'],
  [/^More than [\d,]+ steps: rehearse fewer days\.$/, 'Das wird zu viel: Proben Sie weniger Tage.'],
  [
    /^More than [\d,]+ rows of \S+ would have to be copied: choose a group to rehearse on\.$/,
    'Es gibt zu viele Daten für eine Probe mit allen: Wählen Sie eine Gruppe, mit der geprobt wird.',
  ],
  [/^It could not be carried out\.$/, 'Sie ließ sich nicht durchführen.'],
  [
    /^The bot is switched off\. .*$/,
    'Der Bot ist ausgeschaltet. Schalten Sie ihn ein, oder machen Sie einen Probelauf.',
  ],
  [/^This bot is not started by hand\..*$/, 'Dieser Bot wird nicht von Hand gestartet.'],
  [/^This bot has no button on a \w+\.$/, 'Dieser Bot hat keinen solchen Knopf.'],
  [/^It has run no other version before this one\.$/, 'Vor dieser lief keine andere Version.'],
  [/^It runs (\S+) already\.$/, 'Version $1 läuft schon.'],
  [
    /^A run that is (\w+) cannot be (?:replayed|run again|tried again|discarded|cancelled)\.$/,
    'Das geht mit diesem Lauf nicht mehr.',
  ],
  [
    /^This bot needs actions of plugins that are off here: (.*)\.$/,
    'Der Bot braucht Teile der Plattform, die hier ausgeschaltet sind: $1.',
  ],
  [
    /^Bots of the kind "system" are set by platform administrators\.$/,
    'Diesen Bot stellt nur ein, wer die Plattform betreibt.',
  ],
]

/** A sentence of the platform in German; what is none of them, such as what a bot says, stays as it is. */
export function inGerman(text: string): string {
  for (const [pattern, german] of sayings) {
    const found = pattern.exec(text)
    if (found) return german.replace(/\$(\d)/g, (_, n: string) => inGerman(found[Number(n)] ?? ''))
  }
  return text
}
