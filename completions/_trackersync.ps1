
using namespace System.Management.Automation
using namespace System.Management.Automation.Language

Register-ArgumentCompleter -Native -CommandName 'trackersync' -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)

    $commandElements = $commandAst.CommandElements
    $command = @(
        'trackersync'
        for ($i = 1; $i -lt $commandElements.Count; $i++) {
            $element = $commandElements[$i]
            if ($element -isnot [StringConstantExpressionAst] -or
                $element.StringConstantType -ne [StringConstantType]::BareWord -or
                $element.Value.StartsWith('-') -or
                $element.Value -eq $wordToComplete) {
                break
        }
        $element.Value
    }) -join ';'

    $completions = @(switch ($command) {
        'trackersync' {
            [CompletionResult]::new('--state', '--state', [CompletionResultType]::ParameterName, 'State file with the budget, the uploads and the conversions')
            [CompletionResult]::new('--busy-ms', '--busy-ms', [CompletionResultType]::ParameterName, 'How long to wait for other processes that use the state, in milliseconds')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour (NO_COLOR and TERM=dumb are respected)')
            [CompletionResult]::new('--state-on-network', '--state-on-network', [CompletionResultType]::ParameterName, 'Accept a state file on a network file system, whose locks may not hold')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print one JSON document instead of a table')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print errors only')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print errors only')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print every finding and what is being done')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print every finding and what is being done')
            [CompletionResult]::new('--no-progress', '--no-progress', [CompletionResultType]::ParameterName, 'Show no progress bar (there is none anyway unless stderr is a terminal)')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('convert', 'convert', [CompletionResultType]::ParameterValue, 'Convert an export: the main job, all four stages in one go')
            [CompletionResult]::new('upload', 'upload', [CompletionResultType]::ParameterValue, 'Take in an export and print an upload id, valid for an hour')
            [CompletionResult]::new('validate', 'validate', [CompletionResultType]::ParameterValue, 'Read and check every record, print the report, write nothing; free of charge')
            [CompletionResult]::new('download', 'download', [CompletionResultType]::ParameterValue, 'Hand over the files of a conversion that was made from an upload id')
            [CompletionResult]::new('usage', 'usage', [CompletionResultType]::ParameterValue, 'Show what is used and left of the budget, and when it resets')
            [CompletionResult]::new('budget', 'budget', [CompletionResultType]::ParameterValue, 'Set, show and list limits; block, unblock and reset keys')
            [CompletionResult]::new('status', 'status', [CompletionResultType]::ParameterValue, 'Look whether the state is as it should be; changes nothing')
            [CompletionResult]::new('maintain', 'maintain', [CompletionResultType]::ParameterValue, 'Clean up: expired uploads and conversions, interrupted outputs, a damaged state')
            [CompletionResult]::new('inspect', 'inspect', [CompletionResultType]::ParameterValue, 'Decode FIT files with an independent reader')
            [CompletionResult]::new('verify', 'verify', [CompletionResultType]::ParameterValue, 'Check every file of an output against its manifest')
            [CompletionResult]::new('completions', 'completions', [CompletionResultType]::ParameterValue, 'Print shell completions')
            [CompletionResult]::new('man', 'man', [CompletionResultType]::ParameterValue, 'Print the man page of the program, or of a command')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'trackersync;convert' {
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Folder to make, or a name ending in .zip for one zip file (default: garmin beside INPUT)')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Folder to make, or a name ending in .zip for one zip file (default: garmin beside INPUT)')
            [CompletionResult]::new('--since', '--since', [CompletionResultType]::ParameterName, 'Hand over only what is new or changed since this earlier OUT (may be repeated)')
            [CompletionResult]::new('--units', '--units', [CompletionResultType]::ParameterName, 'Units of Garmin''s CSV, as your Garmin account displays them (default: metric)')
            [CompletionResult]::new('--key', '--key', [CompletionResultType]::ParameterName, 'Whose budget is used (default: the local user''s)')
            [CompletionResult]::new('--request-id', '--request-id', [CompletionResultType]::ParameterName, 'Name of this request: a retry under the same key and name is free')
            [CompletionResult]::new('--degraded', '--degraded', [CompletionResultType]::ParameterName, 'What to do when the state cannot be used')
            [CompletionResult]::new('--only', '--only', [CompletionResultType]::ParameterName, 'Make only these outputs (comma-separated)')
            [CompletionResult]::new('--from', '--from', [CompletionResultType]::ParameterName, 'Leave out what is before this local date')
            [CompletionResult]::new('--to', '--to', [CompletionResultType]::ParameterName, 'Leave out what is after this local date')
            [CompletionResult]::new('--timezone', '--timezone', [CompletionResultType]::ParameterName, 'Time zone of the account, overriding all evidence in the export')
            [CompletionResult]::new('--weight-unit', '--weight-unit', [CompletionResultType]::ParameterName, 'Unit of the weights in the export, overriding all evidence in it')
            [CompletionResult]::new('--min-confidence', '--min-confidence', [CompletionResultType]::ParameterName, 'Leave out heart-rate samples below this confidence (0 to 3)')
            [CompletionResult]::new('--sample', '--sample', [CompletionResultType]::ParameterName, 'Write the newest N activities and the newest finished month of weigh-ins, to try Garmin''s import')
            [CompletionResult]::new('--jobs', '--jobs', [CompletionResultType]::ParameterName, 'Number of threads (default: one per processor)')
            [CompletionResult]::new('--max-entries', '--max-entries', [CompletionResultType]::ParameterName, 'Entries in an archive (default: 200000)')
            [CompletionResult]::new('--max-entry-bytes', '--max-entry-bytes', [CompletionResultType]::ParameterName, 'Bytes of one entry when unpacked (default: 64M)')
            [CompletionResult]::new('--max-total-bytes', '--max-total-bytes', [CompletionResultType]::ParameterName, 'Bytes of all entries when unpacked (default: 64G)')
            [CompletionResult]::new('--max-ratio', '--max-ratio', [CompletionResultType]::ParameterName, 'Bytes unpacked per byte packed (default: 200)')
            [CompletionResult]::new('--state', '--state', [CompletionResultType]::ParameterName, 'State file with the budget, the uploads and the conversions')
            [CompletionResult]::new('--busy-ms', '--busy-ms', [CompletionResultType]::ParameterName, 'How long to wait for other processes that use the state, in milliseconds')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour (NO_COLOR and TERM=dumb are respected)')
            [CompletionResult]::new('--each', '--each', [CompletionResultType]::ParameterName, 'Treat every INPUT as an export of its own: output in OUT/<input name>/, one unit each')
            [CompletionResult]::new('--force', '--force', [CompletionResultType]::ParameterName, 'Replace an OUT that this program wrote')
            [CompletionResult]::new('--open', '--open', [CompletionResultType]::ParameterName, 'Show the report page in the browser when done')
            [CompletionResult]::new('--dry-run', '--dry-run', [CompletionResultType]::ParameterName, 'Do everything but write: same report, costs nothing')
            [CompletionResult]::new('--state-on-network', '--state-on-network', [CompletionResultType]::ParameterName, 'Accept a state file on a network file system, whose locks may not hold')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print one JSON document instead of a table')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print errors only')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print errors only')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print every finding and what is being done')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print every finding and what is being done')
            [CompletionResult]::new('--no-progress', '--no-progress', [CompletionResultType]::ParameterName, 'Show no progress bar (there is none anyway unless stderr is a terminal)')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            break
        }
        'trackersync;upload' {
            [CompletionResult]::new('--max-entries', '--max-entries', [CompletionResultType]::ParameterName, 'Entries in an archive (default: 200000)')
            [CompletionResult]::new('--max-entry-bytes', '--max-entry-bytes', [CompletionResultType]::ParameterName, 'Bytes of one entry when unpacked (default: 64M)')
            [CompletionResult]::new('--max-total-bytes', '--max-total-bytes', [CompletionResultType]::ParameterName, 'Bytes of all entries when unpacked (default: 64G)')
            [CompletionResult]::new('--max-ratio', '--max-ratio', [CompletionResultType]::ParameterName, 'Bytes unpacked per byte packed (default: 200)')
            [CompletionResult]::new('--state', '--state', [CompletionResultType]::ParameterName, 'State file with the budget, the uploads and the conversions')
            [CompletionResult]::new('--busy-ms', '--busy-ms', [CompletionResultType]::ParameterName, 'How long to wait for other processes that use the state, in milliseconds')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour (NO_COLOR and TERM=dumb are respected)')
            [CompletionResult]::new('--state-on-network', '--state-on-network', [CompletionResultType]::ParameterName, 'Accept a state file on a network file system, whose locks may not hold')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print one JSON document instead of a table')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print errors only')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print errors only')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print every finding and what is being done')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print every finding and what is being done')
            [CompletionResult]::new('--no-progress', '--no-progress', [CompletionResultType]::ParameterName, 'Show no progress bar (there is none anyway unless stderr is a terminal)')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            break
        }
        'trackersync;validate' {
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Form of the report (--json is --format json)')
            [CompletionResult]::new('--only', '--only', [CompletionResultType]::ParameterName, 'Make only these outputs (comma-separated)')
            [CompletionResult]::new('--from', '--from', [CompletionResultType]::ParameterName, 'Leave out what is before this local date')
            [CompletionResult]::new('--to', '--to', [CompletionResultType]::ParameterName, 'Leave out what is after this local date')
            [CompletionResult]::new('--timezone', '--timezone', [CompletionResultType]::ParameterName, 'Time zone of the account, overriding all evidence in the export')
            [CompletionResult]::new('--weight-unit', '--weight-unit', [CompletionResultType]::ParameterName, 'Unit of the weights in the export, overriding all evidence in it')
            [CompletionResult]::new('--min-confidence', '--min-confidence', [CompletionResultType]::ParameterName, 'Leave out heart-rate samples below this confidence (0 to 3)')
            [CompletionResult]::new('--sample', '--sample', [CompletionResultType]::ParameterName, 'Write the newest N activities and the newest finished month of weigh-ins, to try Garmin''s import')
            [CompletionResult]::new('--jobs', '--jobs', [CompletionResultType]::ParameterName, 'Number of threads (default: one per processor)')
            [CompletionResult]::new('--max-entries', '--max-entries', [CompletionResultType]::ParameterName, 'Entries in an archive (default: 200000)')
            [CompletionResult]::new('--max-entry-bytes', '--max-entry-bytes', [CompletionResultType]::ParameterName, 'Bytes of one entry when unpacked (default: 64M)')
            [CompletionResult]::new('--max-total-bytes', '--max-total-bytes', [CompletionResultType]::ParameterName, 'Bytes of all entries when unpacked (default: 64G)')
            [CompletionResult]::new('--max-ratio', '--max-ratio', [CompletionResultType]::ParameterName, 'Bytes unpacked per byte packed (default: 200)')
            [CompletionResult]::new('--state', '--state', [CompletionResultType]::ParameterName, 'State file with the budget, the uploads and the conversions')
            [CompletionResult]::new('--busy-ms', '--busy-ms', [CompletionResultType]::ParameterName, 'How long to wait for other processes that use the state, in milliseconds')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour (NO_COLOR and TERM=dumb are respected)')
            [CompletionResult]::new('--state-on-network', '--state-on-network', [CompletionResultType]::ParameterName, 'Accept a state file on a network file system, whose locks may not hold')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print one JSON document instead of a table')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print errors only')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print errors only')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print every finding and what is being done')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print every finding and what is being done')
            [CompletionResult]::new('--no-progress', '--no-progress', [CompletionResultType]::ParameterName, 'Show no progress bar (there is none anyway unless stderr is a terminal)')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            break
        }
        'trackersync;download' {
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Folder to make, or a name ending in .zip for one zip file')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Folder to make, or a name ending in .zip for one zip file')
            [CompletionResult]::new('--state', '--state', [CompletionResultType]::ParameterName, 'State file with the budget, the uploads and the conversions')
            [CompletionResult]::new('--busy-ms', '--busy-ms', [CompletionResultType]::ParameterName, 'How long to wait for other processes that use the state, in milliseconds')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour (NO_COLOR and TERM=dumb are respected)')
            [CompletionResult]::new('--force', '--force', [CompletionResultType]::ParameterName, 'Replace an OUT that this program wrote')
            [CompletionResult]::new('--state-on-network', '--state-on-network', [CompletionResultType]::ParameterName, 'Accept a state file on a network file system, whose locks may not hold')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print one JSON document instead of a table')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print errors only')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print errors only')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print every finding and what is being done')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print every finding and what is being done')
            [CompletionResult]::new('--no-progress', '--no-progress', [CompletionResultType]::ParameterName, 'Show no progress bar (there is none anyway unless stderr is a terminal)')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            break
        }
        'trackersync;usage' {
            [CompletionResult]::new('--key', '--key', [CompletionResultType]::ParameterName, 'Whose budget to show (default: the local user''s)')
            [CompletionResult]::new('--check', '--check', [CompletionResultType]::ParameterName, 'End with 3 if so many per cent of a limit are used, for alarms')
            [CompletionResult]::new('--state', '--state', [CompletionResultType]::ParameterName, 'State file with the budget, the uploads and the conversions')
            [CompletionResult]::new('--busy-ms', '--busy-ms', [CompletionResultType]::ParameterName, 'How long to wait for other processes that use the state, in milliseconds')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour (NO_COLOR and TERM=dumb are respected)')
            [CompletionResult]::new('--all', '--all', [CompletionResultType]::ParameterName, 'Show every key, the default and all keys together')
            [CompletionResult]::new('--log', '--log', [CompletionResultType]::ParameterName, 'Print the ledger: every charge, refund and change, oldest first')
            [CompletionResult]::new('--chart', '--chart', [CompletionResultType]::ParameterName, 'Draw the conversions by day, the pace and the day on which a limit will be reached')
            [CompletionResult]::new('--metrics', '--metrics', [CompletionResultType]::ParameterName, 'Print the budget and what the ledger counts in the format of OpenMetrics')
            [CompletionResult]::new('--verify', '--verify', [CompletionResultType]::ParameterName, 'Count the ledger anew and compare it with the counters')
            [CompletionResult]::new('--state-on-network', '--state-on-network', [CompletionResultType]::ParameterName, 'Accept a state file on a network file system, whose locks may not hold')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print one JSON document instead of a table')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print errors only')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print errors only')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print every finding and what is being done')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print every finding and what is being done')
            [CompletionResult]::new('--no-progress', '--no-progress', [CompletionResultType]::ParameterName, 'Show no progress bar (there is none anyway unless stderr is a terminal)')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            break
        }
        'trackersync;budget' {
            [CompletionResult]::new('--state', '--state', [CompletionResultType]::ParameterName, 'State file with the budget, the uploads and the conversions')
            [CompletionResult]::new('--busy-ms', '--busy-ms', [CompletionResultType]::ParameterName, 'How long to wait for other processes that use the state, in milliseconds')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour (NO_COLOR and TERM=dumb are respected)')
            [CompletionResult]::new('--state-on-network', '--state-on-network', [CompletionResultType]::ParameterName, 'Accept a state file on a network file system, whose locks may not hold')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print one JSON document instead of a table')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print errors only')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print errors only')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print every finding and what is being done')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print every finding and what is being done')
            [CompletionResult]::new('--no-progress', '--no-progress', [CompletionResultType]::ParameterName, 'Show no progress bar (there is none anyway unless stderr is a terminal)')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('init', 'init', [CompletionResultType]::ParameterValue, 'Make the state where there is none yet: a file, or the tables in a database')
            [CompletionResult]::new('set', 'set', [CompletionResultType]::ParameterValue, 'Set a limit, what happens at it, or a label')
            [CompletionResult]::new('show', 'show', [CompletionResultType]::ParameterValue, 'Show the limits of a key')
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'List every key with its limits')
            [CompletionResult]::new('block', 'block', [CompletionResultType]::ParameterValue, 'Refuse every conversion of a key (exit 77)')
            [CompletionResult]::new('unblock', 'unblock', [CompletionResultType]::ParameterValue, 'End the block of a key')
            [CompletionResult]::new('reset', 'reset', [CompletionResultType]::ParameterValue, 'Set what is used in the current periods back to 0; the ledger keeps its entries')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'trackersync;budget;init' {
            [CompletionResult]::new('--state', '--state', [CompletionResultType]::ParameterName, 'State file with the budget, the uploads and the conversions')
            [CompletionResult]::new('--busy-ms', '--busy-ms', [CompletionResultType]::ParameterName, 'How long to wait for other processes that use the state, in milliseconds')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour (NO_COLOR and TERM=dumb are respected)')
            [CompletionResult]::new('--print', '--print', [CompletionResultType]::ParameterName, 'Print the statements that make the tables, for an administrator, and do nothing')
            [CompletionResult]::new('--state-on-network', '--state-on-network', [CompletionResultType]::ParameterName, 'Accept a state file on a network file system, whose locks may not hold')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print one JSON document instead of a table')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print errors only')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print errors only')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print every finding and what is being done')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print every finding and what is being done')
            [CompletionResult]::new('--no-progress', '--no-progress', [CompletionResultType]::ParameterName, 'Show no progress bar (there is none anyway unless stderr is a terminal)')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            break
        }
        'trackersync;budget;set' {
            [CompletionResult]::new('--key', '--key', [CompletionResultType]::ParameterName, 'A key (default: the local user''s)')
            [CompletionResult]::new('--limit', '--limit', [CompletionResultType]::ParameterName, 'Conversions per period')
            [CompletionResult]::new('--period', '--period', [CompletionResultType]::ParameterName, 'Over which period the limit holds (default: month)')
            [CompletionResult]::new('--mode', '--mode', [CompletionResultType]::ParameterName, 'What happens at the limits (default: enforce)')
            [CompletionResult]::new('--overage', '--overage', [CompletionResultType]::ParameterName, 'Units beyond the limit that --mode soft lets through')
            [CompletionResult]::new('--label', '--label', [CompletionResultType]::ParameterName, 'Label of the key in listings; stored in clear, unlike the key')
            [CompletionResult]::new('--state', '--state', [CompletionResultType]::ParameterName, 'State file with the budget, the uploads and the conversions')
            [CompletionResult]::new('--busy-ms', '--busy-ms', [CompletionResultType]::ParameterName, 'How long to wait for other processes that use the state, in milliseconds')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour (NO_COLOR and TERM=dumb are respected)')
            [CompletionResult]::new('--global', '--global', [CompletionResultType]::ParameterName, 'All keys together')
            [CompletionResult]::new('--default', '--default', [CompletionResultType]::ParameterName, 'The limits of keys without their own')
            [CompletionResult]::new('--unlimited', '--unlimited', [CompletionResultType]::ParameterName, 'No limit: in the period given, or in any')
            [CompletionResult]::new('--inherit', '--inherit', [CompletionResultType]::ParameterName, 'Forget the limits and the mode of the key, so that the default holds again')
            [CompletionResult]::new('--state-on-network', '--state-on-network', [CompletionResultType]::ParameterName, 'Accept a state file on a network file system, whose locks may not hold')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print one JSON document instead of a table')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print errors only')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print errors only')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print every finding and what is being done')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print every finding and what is being done')
            [CompletionResult]::new('--no-progress', '--no-progress', [CompletionResultType]::ParameterName, 'Show no progress bar (there is none anyway unless stderr is a terminal)')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            break
        }
        'trackersync;budget;show' {
            [CompletionResult]::new('--key', '--key', [CompletionResultType]::ParameterName, 'A key (default: the local user''s)')
            [CompletionResult]::new('--state', '--state', [CompletionResultType]::ParameterName, 'State file with the budget, the uploads and the conversions')
            [CompletionResult]::new('--busy-ms', '--busy-ms', [CompletionResultType]::ParameterName, 'How long to wait for other processes that use the state, in milliseconds')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour (NO_COLOR and TERM=dumb are respected)')
            [CompletionResult]::new('--global', '--global', [CompletionResultType]::ParameterName, 'All keys together')
            [CompletionResult]::new('--default', '--default', [CompletionResultType]::ParameterName, 'The limits of keys without their own')
            [CompletionResult]::new('--state-on-network', '--state-on-network', [CompletionResultType]::ParameterName, 'Accept a state file on a network file system, whose locks may not hold')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print one JSON document instead of a table')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print errors only')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print errors only')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print every finding and what is being done')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print every finding and what is being done')
            [CompletionResult]::new('--no-progress', '--no-progress', [CompletionResultType]::ParameterName, 'Show no progress bar (there is none anyway unless stderr is a terminal)')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            break
        }
        'trackersync;budget;list' {
            [CompletionResult]::new('--state', '--state', [CompletionResultType]::ParameterName, 'State file with the budget, the uploads and the conversions')
            [CompletionResult]::new('--busy-ms', '--busy-ms', [CompletionResultType]::ParameterName, 'How long to wait for other processes that use the state, in milliseconds')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour (NO_COLOR and TERM=dumb are respected)')
            [CompletionResult]::new('--state-on-network', '--state-on-network', [CompletionResultType]::ParameterName, 'Accept a state file on a network file system, whose locks may not hold')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print one JSON document instead of a table')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print errors only')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print errors only')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print every finding and what is being done')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print every finding and what is being done')
            [CompletionResult]::new('--no-progress', '--no-progress', [CompletionResultType]::ParameterName, 'Show no progress bar (there is none anyway unless stderr is a terminal)')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            break
        }
        'trackersync;budget;block' {
            [CompletionResult]::new('--key', '--key', [CompletionResultType]::ParameterName, 'A key (default: the local user''s)')
            [CompletionResult]::new('--state', '--state', [CompletionResultType]::ParameterName, 'State file with the budget, the uploads and the conversions')
            [CompletionResult]::new('--busy-ms', '--busy-ms', [CompletionResultType]::ParameterName, 'How long to wait for other processes that use the state, in milliseconds')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour (NO_COLOR and TERM=dumb are respected)')
            [CompletionResult]::new('--global', '--global', [CompletionResultType]::ParameterName, 'All keys together')
            [CompletionResult]::new('--state-on-network', '--state-on-network', [CompletionResultType]::ParameterName, 'Accept a state file on a network file system, whose locks may not hold')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print one JSON document instead of a table')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print errors only')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print errors only')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print every finding and what is being done')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print every finding and what is being done')
            [CompletionResult]::new('--no-progress', '--no-progress', [CompletionResultType]::ParameterName, 'Show no progress bar (there is none anyway unless stderr is a terminal)')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            break
        }
        'trackersync;budget;unblock' {
            [CompletionResult]::new('--key', '--key', [CompletionResultType]::ParameterName, 'A key (default: the local user''s)')
            [CompletionResult]::new('--state', '--state', [CompletionResultType]::ParameterName, 'State file with the budget, the uploads and the conversions')
            [CompletionResult]::new('--busy-ms', '--busy-ms', [CompletionResultType]::ParameterName, 'How long to wait for other processes that use the state, in milliseconds')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour (NO_COLOR and TERM=dumb are respected)')
            [CompletionResult]::new('--global', '--global', [CompletionResultType]::ParameterName, 'All keys together')
            [CompletionResult]::new('--state-on-network', '--state-on-network', [CompletionResultType]::ParameterName, 'Accept a state file on a network file system, whose locks may not hold')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print one JSON document instead of a table')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print errors only')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print errors only')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print every finding and what is being done')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print every finding and what is being done')
            [CompletionResult]::new('--no-progress', '--no-progress', [CompletionResultType]::ParameterName, 'Show no progress bar (there is none anyway unless stderr is a terminal)')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            break
        }
        'trackersync;budget;reset' {
            [CompletionResult]::new('--key', '--key', [CompletionResultType]::ParameterName, 'A key (default: the local user''s)')
            [CompletionResult]::new('--period', '--period', [CompletionResultType]::ParameterName, 'Only this period (default: all)')
            [CompletionResult]::new('--state', '--state', [CompletionResultType]::ParameterName, 'State file with the budget, the uploads and the conversions')
            [CompletionResult]::new('--busy-ms', '--busy-ms', [CompletionResultType]::ParameterName, 'How long to wait for other processes that use the state, in milliseconds')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour (NO_COLOR and TERM=dumb are respected)')
            [CompletionResult]::new('--global', '--global', [CompletionResultType]::ParameterName, 'All keys together')
            [CompletionResult]::new('--state-on-network', '--state-on-network', [CompletionResultType]::ParameterName, 'Accept a state file on a network file system, whose locks may not hold')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print one JSON document instead of a table')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print errors only')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print errors only')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print every finding and what is being done')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print every finding and what is being done')
            [CompletionResult]::new('--no-progress', '--no-progress', [CompletionResultType]::ParameterName, 'Show no progress bar (there is none anyway unless stderr is a terminal)')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            break
        }
        'trackersync;budget;help' {
            [CompletionResult]::new('init', 'init', [CompletionResultType]::ParameterValue, 'Make the state where there is none yet: a file, or the tables in a database')
            [CompletionResult]::new('set', 'set', [CompletionResultType]::ParameterValue, 'Set a limit, what happens at it, or a label')
            [CompletionResult]::new('show', 'show', [CompletionResultType]::ParameterValue, 'Show the limits of a key')
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'List every key with its limits')
            [CompletionResult]::new('block', 'block', [CompletionResultType]::ParameterValue, 'Refuse every conversion of a key (exit 77)')
            [CompletionResult]::new('unblock', 'unblock', [CompletionResultType]::ParameterValue, 'End the block of a key')
            [CompletionResult]::new('reset', 'reset', [CompletionResultType]::ParameterValue, 'Set what is used in the current periods back to 0; the ledger keeps its entries')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'trackersync;budget;help;init' {
            break
        }
        'trackersync;budget;help;set' {
            break
        }
        'trackersync;budget;help;show' {
            break
        }
        'trackersync;budget;help;list' {
            break
        }
        'trackersync;budget;help;block' {
            break
        }
        'trackersync;budget;help;unblock' {
            break
        }
        'trackersync;budget;help;reset' {
            break
        }
        'trackersync;budget;help;help' {
            break
        }
        'trackersync;status' {
            [CompletionResult]::new('--state', '--state', [CompletionResultType]::ParameterName, 'State file with the budget, the uploads and the conversions')
            [CompletionResult]::new('--busy-ms', '--busy-ms', [CompletionResultType]::ParameterName, 'How long to wait for other processes that use the state, in milliseconds')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour (NO_COLOR and TERM=dumb are respected)')
            [CompletionResult]::new('--verify', '--verify', [CompletionResultType]::ParameterName, 'Read the whole state: SQLite''s integrity check, and the ledger counted anew')
            [CompletionResult]::new('--state-on-network', '--state-on-network', [CompletionResultType]::ParameterName, 'Accept a state file on a network file system, whose locks may not hold')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print one JSON document instead of a table')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print errors only')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print errors only')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print every finding and what is being done')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print every finding and what is being done')
            [CompletionResult]::new('--no-progress', '--no-progress', [CompletionResultType]::ParameterName, 'Show no progress bar (there is none anyway unless stderr is a terminal)')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            break
        }
        'trackersync;maintain' {
            [CompletionResult]::new('--key', '--key', [CompletionResultType]::ParameterName, 'Key whose conversions on the lifeboat are entered into the ledger (default: the local user''s)')
            [CompletionResult]::new('--state', '--state', [CompletionResultType]::ParameterName, 'State file with the budget, the uploads and the conversions')
            [CompletionResult]::new('--busy-ms', '--busy-ms', [CompletionResultType]::ParameterName, 'How long to wait for other processes that use the state, in milliseconds')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour (NO_COLOR and TERM=dumb are respected)')
            [CompletionResult]::new('--repair', '--repair', [CompletionResultType]::ParameterName, 'Rescue a damaged state file: keeps a copy and rebuilds what can be read')
            [CompletionResult]::new('--state-on-network', '--state-on-network', [CompletionResultType]::ParameterName, 'Accept a state file on a network file system, whose locks may not hold')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print one JSON document instead of a table')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print errors only')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print errors only')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print every finding and what is being done')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print every finding and what is being done')
            [CompletionResult]::new('--no-progress', '--no-progress', [CompletionResultType]::ParameterName, 'Show no progress bar (there is none anyway unless stderr is a terminal)')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            break
        }
        'trackersync;inspect' {
            [CompletionResult]::new('--state', '--state', [CompletionResultType]::ParameterName, 'State file with the budget, the uploads and the conversions')
            [CompletionResult]::new('--busy-ms', '--busy-ms', [CompletionResultType]::ParameterName, 'How long to wait for other processes that use the state, in milliseconds')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour (NO_COLOR and TERM=dumb are respected)')
            [CompletionResult]::new('--csv', '--csv', [CompletionResultType]::ParameterName, 'Print CSV instead of a table')
            [CompletionResult]::new('--state-on-network', '--state-on-network', [CompletionResultType]::ParameterName, 'Accept a state file on a network file system, whose locks may not hold')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print one JSON document instead of a table')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print errors only')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print errors only')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print every finding and what is being done')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print every finding and what is being done')
            [CompletionResult]::new('--no-progress', '--no-progress', [CompletionResultType]::ParameterName, 'Show no progress bar (there is none anyway unless stderr is a terminal)')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            break
        }
        'trackersync;verify' {
            [CompletionResult]::new('--state', '--state', [CompletionResultType]::ParameterName, 'State file with the budget, the uploads and the conversions')
            [CompletionResult]::new('--busy-ms', '--busy-ms', [CompletionResultType]::ParameterName, 'How long to wait for other processes that use the state, in milliseconds')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour (NO_COLOR and TERM=dumb are respected)')
            [CompletionResult]::new('--state-on-network', '--state-on-network', [CompletionResultType]::ParameterName, 'Accept a state file on a network file system, whose locks may not hold')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print one JSON document instead of a table')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print errors only')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print errors only')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print every finding and what is being done')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print every finding and what is being done')
            [CompletionResult]::new('--no-progress', '--no-progress', [CompletionResultType]::ParameterName, 'Show no progress bar (there is none anyway unless stderr is a terminal)')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            break
        }
        'trackersync;completions' {
            [CompletionResult]::new('--state', '--state', [CompletionResultType]::ParameterName, 'State file with the budget, the uploads and the conversions')
            [CompletionResult]::new('--busy-ms', '--busy-ms', [CompletionResultType]::ParameterName, 'How long to wait for other processes that use the state, in milliseconds')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour (NO_COLOR and TERM=dumb are respected)')
            [CompletionResult]::new('--state-on-network', '--state-on-network', [CompletionResultType]::ParameterName, 'Accept a state file on a network file system, whose locks may not hold')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print one JSON document instead of a table')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print errors only')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print errors only')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print every finding and what is being done')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print every finding and what is being done')
            [CompletionResult]::new('--no-progress', '--no-progress', [CompletionResultType]::ParameterName, 'Show no progress bar (there is none anyway unless stderr is a terminal)')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            break
        }
        'trackersync;man' {
            [CompletionResult]::new('--state', '--state', [CompletionResultType]::ParameterName, 'State file with the budget, the uploads and the conversions')
            [CompletionResult]::new('--busy-ms', '--busy-ms', [CompletionResultType]::ParameterName, 'How long to wait for other processes that use the state, in milliseconds')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour (NO_COLOR and TERM=dumb are respected)')
            [CompletionResult]::new('--state-on-network', '--state-on-network', [CompletionResultType]::ParameterName, 'Accept a state file on a network file system, whose locks may not hold')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print one JSON document instead of a table')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print errors only')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print errors only')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print every finding and what is being done')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print every finding and what is being done')
            [CompletionResult]::new('--no-progress', '--no-progress', [CompletionResultType]::ParameterName, 'Show no progress bar (there is none anyway unless stderr is a terminal)')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            break
        }
        'trackersync;help' {
            [CompletionResult]::new('convert', 'convert', [CompletionResultType]::ParameterValue, 'Convert an export: the main job, all four stages in one go')
            [CompletionResult]::new('upload', 'upload', [CompletionResultType]::ParameterValue, 'Take in an export and print an upload id, valid for an hour')
            [CompletionResult]::new('validate', 'validate', [CompletionResultType]::ParameterValue, 'Read and check every record, print the report, write nothing; free of charge')
            [CompletionResult]::new('download', 'download', [CompletionResultType]::ParameterValue, 'Hand over the files of a conversion that was made from an upload id')
            [CompletionResult]::new('usage', 'usage', [CompletionResultType]::ParameterValue, 'Show what is used and left of the budget, and when it resets')
            [CompletionResult]::new('budget', 'budget', [CompletionResultType]::ParameterValue, 'Set, show and list limits; block, unblock and reset keys')
            [CompletionResult]::new('status', 'status', [CompletionResultType]::ParameterValue, 'Look whether the state is as it should be; changes nothing')
            [CompletionResult]::new('maintain', 'maintain', [CompletionResultType]::ParameterValue, 'Clean up: expired uploads and conversions, interrupted outputs, a damaged state')
            [CompletionResult]::new('inspect', 'inspect', [CompletionResultType]::ParameterValue, 'Decode FIT files with an independent reader')
            [CompletionResult]::new('verify', 'verify', [CompletionResultType]::ParameterValue, 'Check every file of an output against its manifest')
            [CompletionResult]::new('completions', 'completions', [CompletionResultType]::ParameterValue, 'Print shell completions')
            [CompletionResult]::new('man', 'man', [CompletionResultType]::ParameterValue, 'Print the man page of the program, or of a command')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'trackersync;help;convert' {
            break
        }
        'trackersync;help;upload' {
            break
        }
        'trackersync;help;validate' {
            break
        }
        'trackersync;help;download' {
            break
        }
        'trackersync;help;usage' {
            break
        }
        'trackersync;help;budget' {
            [CompletionResult]::new('init', 'init', [CompletionResultType]::ParameterValue, 'Make the state where there is none yet: a file, or the tables in a database')
            [CompletionResult]::new('set', 'set', [CompletionResultType]::ParameterValue, 'Set a limit, what happens at it, or a label')
            [CompletionResult]::new('show', 'show', [CompletionResultType]::ParameterValue, 'Show the limits of a key')
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'List every key with its limits')
            [CompletionResult]::new('block', 'block', [CompletionResultType]::ParameterValue, 'Refuse every conversion of a key (exit 77)')
            [CompletionResult]::new('unblock', 'unblock', [CompletionResultType]::ParameterValue, 'End the block of a key')
            [CompletionResult]::new('reset', 'reset', [CompletionResultType]::ParameterValue, 'Set what is used in the current periods back to 0; the ledger keeps its entries')
            break
        }
        'trackersync;help;budget;init' {
            break
        }
        'trackersync;help;budget;set' {
            break
        }
        'trackersync;help;budget;show' {
            break
        }
        'trackersync;help;budget;list' {
            break
        }
        'trackersync;help;budget;block' {
            break
        }
        'trackersync;help;budget;unblock' {
            break
        }
        'trackersync;help;budget;reset' {
            break
        }
        'trackersync;help;status' {
            break
        }
        'trackersync;help;maintain' {
            break
        }
        'trackersync;help;inspect' {
            break
        }
        'trackersync;help;verify' {
            break
        }
        'trackersync;help;completions' {
            break
        }
        'trackersync;help;man' {
            break
        }
        'trackersync;help;help' {
            break
        }
    })

    $completions.Where{ $_.CompletionText -like "$wordToComplete*" } |
        Sort-Object -Property ListItemText
}
