import { Command, Option } from 'commander'
import packageFile from '../../package.json' with { type: 'json' }
import { Output } from './terminal/output.ts'

/** What a command's file gives: the work, with the options as commander read them. */
type Run<O> = (options: O, output: Output, args: readonly string[]) => Promise<void>

const roles = 'such as makerspace_admin, admin, maker'
const collect = (value: string, all: string[] = []) => [...all, value]
const list = (value: string) =>
  value
    .split(',')
    .map((one) => one.trim())
    .filter(Boolean)

/** Every command with its options; the reference page is made from it. */
export function buildProgram(): Command {
  const program = new Command('guildhall')
    .description('Guildhall: members, groups, plans and what else an organisation switches on.')
    .version(packageFile.version)
    .showHelpAfterError('(add --help for the options)')
    .exitOverride()

  const command = <O extends object>(
    parent: Command,
    name: string,
    description: string,
    load: () => Promise<{ run: Run<O> }>,
  ) =>
    parent
      .command(name)
      .description(description)
      .addOption(new Option('--json', 'one JSON document on standard output'))
      .exitOverride()
      .action(async (...given: unknown[]) => {
        const self = given.at(-1) as Command
        const options = self.opts<O & { json?: boolean }>()
        const { run } = await load()
        await run(options, new Output({ json: options.json === true }), self.args)
      })
  const group = (name: string, description: string) => program.command(name).description(description).exitOverride()

  command(program, 'start', 'Serve: migrate, open the door, run jobs', () => import('./commands/start.ts'))
    .option('--port <port>', 'port to listen on; default 8000, or the next free one')
    .option('--host <host>', 'address to listen on; default 127.0.0.1')
    .addOption(new Option('--role <role>', 'what this process does').choices(['all', 'api', 'worker']))
    .option('--demo', 'make the demo organisation even when there are others')
    .option('--no-demo', 'do not make the demo organisation')
  command(program, 'migrate', 'Bring the database up to date', () => import('./commands/migrate.ts'))
    .option('--check', 'change nothing; compare the database with what the migrations should have made')
    .addOption(
      new Option('--roles', 'only make the roles, for a backup that is restored into a new database').conflicts(
        'check',
      ),
    )
  command(
    program,
    'doctor',
    'Look whether everything is in order, and say what to do',
    () => import('./commands/doctor.ts'),
  )
  command(program, 'seed', 'Make the demo organisation; safe to repeat', () => import('./commands/seed.ts'))

  const organization = group('organization', 'Organisations')
  command(organization, 'create', 'Make an organisation', () => import('./commands/organization-create.ts'))
    .requiredOption('--slug <slug>', 'its name in addresses: lower-case letters, digits, - and _')
    .option('--name <name>', 'default: the one in the file')
    .option('--from <yaml>', 'an organisation file: levels, gender groups, stages, settings')
    .addOption(
      new Option('--edition <edition>', 'what it includes; default: everything').choices([
        'starter',
        'professional',
        'enterprise',
      ]),
    )
  command(
    organization,
    'apply',
    'Bring an organisation to what its file says',
    () => import('./commands/organization-apply.ts'),
  )
    .requiredOption('--slug <slug>', 'slug or id')
    .requiredOption('--from <yaml>', 'the organisation file')
  command(organization, 'list', 'List organisations', () => import('./commands/organization-list.ts'))

  const token = group('token', 'API tokens')
  command(token, 'create', 'Make an API token; prints it and nothing else', () => import('./commands/token-create.ts'))
    .requiredOption('--org <org>', 'slug or id of the organisation')
    .requiredOption('--role <role>', `key of a role, ${roles}`)
    .option('--name <name>', 'how lists show it', 'command line')
    .option('--expires <time>', 'such as 30d, 12h, 1y or 2027-01-31; default: never')
    .option('--scopes <list>', 'permissions it is limited to, separated by commas', list)
  const admin = group('admin', 'Roles over the whole platform')
  command(
    admin,
    'grant <email>',
    'Make somebody who has signed in super administrator',
    () => import('./commands/admin-grant.ts'),
  )
    .option('--auditor', 'platform auditor instead: reads everything, changes nothing')
    .option('--take', 'take the role away')
  const key = group('key', 'The master key')
  command(
    key,
    'forget',
    'Give up a lost master key and what was sealed with it; all nodes have to be stopped',
    () => import('./commands/key-forget.ts'),
  )
  const mail = group('mail', 'Outgoing mail')
  command(mail, 'test', 'Send a test mail, and say at which step it failed', () => import('./commands/mail-test.ts'))
    .requiredOption('--org <org>', 'slug or id of the organisation')
    .requiredOption('--to <address>', 'who gets it')
  const account = group('account', 'Local accounts of the embedded identity provider')
  command(
    account,
    'create <email>',
    'Make an account; prints the link that sets its password',
    () => import('./commands/account-create.ts'),
  )
    .option('--name <name>', 'default: the part before the @')
    .option('--org <org>', 'let the account in to this organisation')
    .option('--role <role>', `give it this role there, ${roles}`)
  command(
    account,
    'reset <email>',
    'Print a link at which a forgotten password is chosen anew, good for a day',
    () => import('./commands/account-reset.ts'),
  )

  command(
    program,
    'import <file>',
    'Import a CSV, XLSX or ODS file: plan, look, apply',
    () => import('./commands/import.ts'),
  )
    .addOption(
      new Option('--into <target>', 'what the rows are')
        .choices(['members', 'groups', 'group-members', 'memberships'])
        .makeOptionMandatory(),
    )
    .requiredOption('--org <org>', 'slug or id of the organisation')
    .option('--plan-only', 'make the plan and change nothing')
    .option('--apply', 'apply the plan at once; rows with problems are left out')
    .option(
      '--mapping <column=field>',
      'where a column goes; nothing behind the "=": leave it out (repeat it)',
      collect,
    )
    .option('--option <name=value>', 'a choice of the import, such as dateOrder=dmy (repeat it)', collect)
  command(program, 'export <what>', 'Export members, groups and more', () => import('./commands/export.ts'))
    .requiredOption('--org <org>', 'slug or id of the organisation')
    .addOption(new Option('--format <format>', 'of the file').choices(['csv', 'xlsx', 'ndjson']).default('csv'))
    .option('--out <file>', 'default: standard output')
  command(program, 'openapi', 'Print the OpenAPI document', () => import('./commands/openapi.ts'))
    .option('--org <org>', 'only what is on in this organisation')
    .option('--out <file>', 'default: standard output')
  command(
    program,
    'types',
    'Print the types of actions and events, for authors outside',
    () => import('./commands/types.ts'),
  ).option('--out <file>', 'default: standard output')

  const jobs = group('jobs', 'Scheduled work')
  command(jobs, 'list', 'List jobs and when they run', () => import('./commands/jobs-list.ts')).requiredOption(
    '--org <org>',
    'slug or id of the organisation',
  )
  command(jobs, 'run <id>', 'Run a scheduled job now', () => import('./commands/jobs-run.ts'))
    .requiredOption('--org <org>', 'slug or id of the organisation')
    .option('--at <date>', 'as if it were this time')
    .option('--key <key>', 'one job with a key waits at a time; default: the minute')

  const plugin = group('plugin', 'Plugins')
  command(
    plugin,
    'new <id>',
    'Write the beginnings of a plugin, with a passing test',
    () => import('./commands/plugin-new.ts'),
  )
    .option('--package <folder>', 'as an npm package of its own in this folder, instead of plugins/<id>')
    .option('--title <title>', 'what people call it')

  const bot = group('bot', 'Bots')
  command(bot, 'new <id>', 'Write the beginnings of a bot, with a passing test', () => import('./commands/bot-new.ts'))
    .option('--folder <folder>', 'where; default: <id>, and bots/own/<id> inside the project')
    .option('--title <title>', 'what people call it')
    .option('--kind <kind>', 'what starts it: event, cron, action or webhook', 'event')
  command(
    bot,
    'test [path]',
    'Run a bot once in the sandbox, with an event and answers of your own',
    () => import('./commands/bot-test.ts'),
  )
    .option('--event <json>', 'file with what starts it; default: event.json beside the bot, if there is one')
    .option('--config <json>', 'file with its settings; default: config.json beside the bot, or their defaults')
    .option('--fixtures <json>', 'file with what actions and addresses answer; default: fixtures.json beside the bot')
    .option('--now <time>', 'what the clock says; default 2026-01-15T09:00:00Z')
    .option('--dry-run', 'tell the bot that nothing counts')
  const onServer = (one: Command): Command =>
    one
      .option('--org <org>', 'slug or id of an organisation of this machine')
      .option('--url <url>', 'instead: address of a server, such as https://club.example.org')
      .option('--token <token>', 'with --url: an API token; default: GUILDHALL_TOKEN')
  onServer(
    command(
      bot,
      'publish [path]',
      'Make a version of a bot: its file, or the folder with its bot.ts',
      () => import('./commands/bot-publish.ts'),
    ),
  )
  onServer(
    command(
      bot,
      'dev [path]',
      'Try a bot on a running server, anew at every saving; as an installation of its own, <id>-dev',
      () => import('./commands/bot-dev.ts'),
    ),
  )
    .option('--config <json>', 'file with its settings; default: config.json beside the bot, or their defaults')
    .option('--input <json>', 'file with what is asked when somebody starts it by hand')
    .option('--event <json>', 'file with an event to try it with, { name, payload }')
    .option('--target <id>', 'the member or group on which its button is pressed')
    .option('--at <time>', 'a time of its own to try, such as 2026-01-05T07:00:00Z; default for a bot with times: now')
    .option('--call <json>', 'file with the body of an incoming call to try it with')
    .option('--live', 'in earnest: what it does counts, and its events and times start it; default: dry runs')
  onServer(command(bot, 'logs <id>', 'Show what a bot says', () => import('./commands/bot-logs.ts')))
    .option('-f, --follow', 'stay, and show what comes')
    .option('--level <level>', 'only lines of these levels: debug, info, warning, error; separated by commas')
    .option('--limit <lines>', 'of what was said before', '50')

  const demo = group('demo', 'Demonstrations')
  command(
    demo,
    'congress',
    'Import a real register, and ask it questions; safe to repeat',
    () => import('./commands/demo-congress.ts'),
  ).option('--from <folder>', 'the four CSV files; default: config/organisations/congress')
  const docs = group('docs', 'Documentation')
  command(
    docs,
    'generate',
    'Write the reference pages that are made from the code',
    () => import('./commands/docs-generate.ts'),
  )
  return program
}
