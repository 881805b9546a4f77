import type { Loose } from './en.ts'
import type { startsEn } from './starts.en.ts'

export const startsDe: Loose<typeof startsEn> = {
  tryText:
    'Ein Probelauf sieht nach, was wirklich da ist, ändert nichts und sendet nichts. Danach lesen Sie, was der Bot getan hätte.',
  tryAs: 'Ausprobieren, als ob',
  ways: {
    manual: 'ihn jemand von Hand gestartet hätte',
    api: 'ihn ein Programm gestartet hätte',
    cron: 'seine Zeit gekommen wäre',
    member: 'jemand seinen Knopf bei einem Mitglied gedrückt hätte',
    group: 'jemand seinen Knopf bei einer Gruppe gedrückt hätte',
    webhook: 'ein Aufruf von außen gekommen wäre',
    event: 'dies geschehen wäre: {title}',
  },
  lastTime: 'Zuletzt geschah das am {at}; Sie können jemand anderes wählen.',
  neverHappened: 'Hier ist das noch nie geschehen: Wählen Sie, um wen es gehen soll.',
  named: { memberId: 'Mitglied', groupId: 'Gruppe', planId: 'Tarif' },
  callBody: 'Was der Aufruf sagt',
  callBodyText: 'So, wie der andere Dienst es senden würde.',
  dryRun: 'Probelauf',
  runNow: 'Jetzt wirklich ausführen',
  runNowText: 'Der Bot sendet und ändert dann wirklich, was eingestellt ist. Ein Probelauf zeigt es vorher.',
  runNeedsOn: 'Um ihn wirklich auszuführen, schalten Sie den Bot zuerst ein.',
  notByHand: 'Wirklich startet er von selbst, wie unter „Wann er läuft“ eingestellt.',

  address: 'Adresse für Aufrufe von außen',
  addressText:
    'Ein anderer Dienst startet diesen Bot, indem er seine eigene Adresse aufruft. Jeder Aufruf ist mit einem Geheimnis unterschrieben.',
  addressNone: 'Es gibt noch keine Adresse.',
  addressSet: 'Es gibt eine Adresse. Sie wird nicht noch einmal angezeigt; wer sie verloren hat, macht eine neue.',
  makeAddress: 'Adresse und Geheimnis erzeugen',
  makeNewAddress: 'Neue Adresse und neues Geheimnis erzeugen',
  newAddressSure: 'Eine neue Adresse erzeugen?',
  newAddressText:
    'Adresse und Geheimnis davor gelten dann sofort nicht mehr. Tragen Sie die neuen im anderen Dienst ein.',
  addressOnce: 'Kopieren Sie jetzt beides: Es wird nur dieses eine Mal angezeigt.',
  addressUrl: 'Adresse',
  addressSecret: 'Geheimnis',
  copyIt: 'Kopieren',
  copied: 'Kopiert',
  addressExample: 'Ein Beispiel für die Person, die den anderen Dienst einrichtet',
  addressExampleText:
    'Ein Aufruf ist ein POST. Die Kopfzeile X-Hub-Signature-256 ist der HMAC-SHA256 des Inhalts mit dem Geheimnis. Standard Webhooks (webhook-id, webhook-timestamp, webhook-signature) werden auch verstanden.',

  turnOn: 'Einschalten',
  turnOff: 'Ausschalten',
  turnOffSure: '„{title}“ ausschalten?',
  turnOffText: [
    'Nichts startet ihn mehr: kein Ereignis, keine Zeit, kein Knopf, kein Aufruf.',
    'Was gerade läuft, läuft zu Ende; was noch wartet, wird nicht ausgeführt.',
    'Was er getan hat, bleibt. Einstellungen, Gedächtnis, Läufe und Protokoll bleiben, und Sie können ihn jederzeit wieder einschalten.',
  ],
  offNow: 'Dieser Bot ist ausgeschaltet',
  offNowText:
    'Nichts startet ihn. Sie können ihn mit einem Probelauf ausprobieren und einschalten, wenn Sie zufrieden sind.',
  uninstallGoes:
    'Entfernt werden seine Einstellungen mit ihren Geheimnissen, sein Gedächtnis, Läufe, Protokoll und Proben.',
  uninstallStays:
    'Was er getan hat, bleibt: gesendete E-Mails, geänderte Mitglieder und Gruppen und die Einträge im Änderungsprotokoll der Organisation. Der Bot selbst bleibt in der Liste und lässt sich wieder installieren.',
  uninstallRather: 'Soll er nur Ruhe geben, schalten Sie ihn lieber aus: Dann bleibt alles erhalten.',
}
