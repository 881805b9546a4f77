import type { Command } from 'commander'
import { openingOf } from '../docs/index.ts'

/** docs/reference/cli.md, from the commands themselves. */
export function commandsPage(program: Command): string {
  return [
    ...openingOf('Command line', '`core/cli/program.ts`'),
    'Called as `npm run -s guildhall -- <command>`; in the Docker image as `docker compose exec platform node core/cli/guildhall.ts`.',
    'Commands work beside a running server and without one. With `--json` the answer is one JSON document on standard output.',
    'The exit code is 0, 1 when it failed, or 2 for wrong words.',
    '',
    ...program.commands.flatMap((command) => commandText(command, [])),
  ].join('\n')
}

function commandText(command: Command, above: readonly string[]): string[] {
  const words = [...above, command.name()]
  if (command.commands.length > 0) return command.commands.flatMap((inner) => commandText(inner, words))
  const values = command.registeredArguments.map((one) => (one.required ? ` <${one.name()}>` : ` [${one.name()}]`))
  return [
    `## ${words.join(' ')}`,
    '',
    `${command.description()}.`,
    '',
    '```',
    `guildhall ${words.join(' ')}${values.join('')}${command.options.some(({ mandatory }) => mandatory) ? ' <options>' : ' [options]'}`,
    '```',
    '',
    ...command.options.map(
      ({ flags, description, mandatory, argChoices, defaultValue }) =>
        `- \`${flags}\`: ${description}${mandatory ? '; required' : ''}${argChoices ? `; one of ${argChoices.map((one) => `\`${one}\``).join(', ')}` : ''}${
          typeof defaultValue === 'string' ? `; default \`${defaultValue}\`` : ''
        }`,
    ),
    '',
  ]
}
