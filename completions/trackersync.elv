
use builtin;
use str;

set edit:completion:arg-completer[trackersync] = {|@words|
    fn spaces {|n|
        builtin:repeat $n ' ' | str:join ''
    }
    fn cand {|text desc|
        edit:complex-candidate $text &display=$text' '(spaces (- 14 (wcswidth $text)))$desc
    }
    var command = 'trackersync'
    for word $words[1..-1] {
        if (str:has-prefix $word '-') {
            break
        }
        set command = $command';'$word
    }
    var completions = [
        &'trackersync'= {
            cand --state 'State file with the budget, the uploads and the conversions'
            cand --busy-ms 'How long to wait for other processes that use the state, in milliseconds'
            cand --color 'When to use colour (NO_COLOR and TERM=dumb are respected)'
            cand --state-on-network 'Accept a state file on a network file system, whose locks may not hold'
            cand --json 'Print one JSON document instead of a table'
            cand -q 'Print errors only'
            cand --quiet 'Print errors only'
            cand -v 'Print every finding and what is being done'
            cand --verbose 'Print every finding and what is being done'
            cand --no-progress 'Show no progress bar (there is none anyway unless stderr is a terminal)'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
            cand -V 'Print version'
            cand --version 'Print version'
            cand convert 'Convert an export: the main job, all four stages in one go'
            cand upload 'Take in an export and print an upload id, valid for an hour'
            cand validate 'Read and check every record, print the report, write nothing; free of charge'
            cand download 'Hand over the files of a conversion that was made from an upload id'
            cand usage 'Show what is used and left of the budget, and when it resets'
            cand budget 'Set, show and list limits; block, unblock and reset keys'
            cand status 'Look whether the state is as it should be; changes nothing'
            cand maintain 'Clean up: expired uploads and conversions, interrupted outputs, a damaged state'
            cand inspect 'Decode FIT files with an independent reader'
            cand verify 'Check every file of an output against its manifest'
            cand completions 'Print shell completions'
            cand man 'Print the man page of the program, or of a command'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'trackersync;convert'= {
            cand -o 'Folder to make, or a name ending in .zip for one zip file (default: garmin beside INPUT)'
            cand --output 'Folder to make, or a name ending in .zip for one zip file (default: garmin beside INPUT)'
            cand --since 'Hand over only what is new or changed since this earlier OUT (may be repeated)'
            cand --units 'Units of Garmin''s CSV, as your Garmin account displays them (default: metric)'
            cand --key 'Whose budget is used (default: the local user''s)'
            cand --request-id 'Name of this request: a retry under the same key and name is free'
            cand --degraded 'What to do when the state cannot be used'
            cand --only 'Make only these outputs (comma-separated)'
            cand --from 'Leave out what is before this local date'
            cand --to 'Leave out what is after this local date'
            cand --timezone 'Time zone of the account, overriding all evidence in the export'
            cand --weight-unit 'Unit of the weights in the export, overriding all evidence in it'
            cand --min-confidence 'Leave out heart-rate samples below this confidence (0 to 3)'
            cand --sample 'Write the newest N activities and the newest finished month of weigh-ins, to try Garmin''s import'
            cand --jobs 'Number of threads (default: one per processor)'
            cand --max-entries 'Entries in an archive (default: 200000)'
            cand --max-entry-bytes 'Bytes of one entry when unpacked (default: 64M)'
            cand --max-total-bytes 'Bytes of all entries when unpacked (default: 64G)'
            cand --max-ratio 'Bytes unpacked per byte packed (default: 200)'
            cand --state 'State file with the budget, the uploads and the conversions'
            cand --busy-ms 'How long to wait for other processes that use the state, in milliseconds'
            cand --color 'When to use colour (NO_COLOR and TERM=dumb are respected)'
            cand --each 'Treat every INPUT as an export of its own: output in OUT/<input name>/, one unit each'
            cand --force 'Replace an OUT that this program wrote'
            cand --open 'Show the report page in the browser when done'
            cand --dry-run 'Do everything but write: same report, costs nothing'
            cand --state-on-network 'Accept a state file on a network file system, whose locks may not hold'
            cand --json 'Print one JSON document instead of a table'
            cand -q 'Print errors only'
            cand --quiet 'Print errors only'
            cand -v 'Print every finding and what is being done'
            cand --verbose 'Print every finding and what is being done'
            cand --no-progress 'Show no progress bar (there is none anyway unless stderr is a terminal)'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
            cand -V 'Print version'
            cand --version 'Print version'
        }
        &'trackersync;upload'= {
            cand --max-entries 'Entries in an archive (default: 200000)'
            cand --max-entry-bytes 'Bytes of one entry when unpacked (default: 64M)'
            cand --max-total-bytes 'Bytes of all entries when unpacked (default: 64G)'
            cand --max-ratio 'Bytes unpacked per byte packed (default: 200)'
            cand --state 'State file with the budget, the uploads and the conversions'
            cand --busy-ms 'How long to wait for other processes that use the state, in milliseconds'
            cand --color 'When to use colour (NO_COLOR and TERM=dumb are respected)'
            cand --state-on-network 'Accept a state file on a network file system, whose locks may not hold'
            cand --json 'Print one JSON document instead of a table'
            cand -q 'Print errors only'
            cand --quiet 'Print errors only'
            cand -v 'Print every finding and what is being done'
            cand --verbose 'Print every finding and what is being done'
            cand --no-progress 'Show no progress bar (there is none anyway unless stderr is a terminal)'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
            cand -V 'Print version'
            cand --version 'Print version'
        }
        &'trackersync;validate'= {
            cand --format 'Form of the report (--json is --format json)'
            cand --only 'Make only these outputs (comma-separated)'
            cand --from 'Leave out what is before this local date'
            cand --to 'Leave out what is after this local date'
            cand --timezone 'Time zone of the account, overriding all evidence in the export'
            cand --weight-unit 'Unit of the weights in the export, overriding all evidence in it'
            cand --min-confidence 'Leave out heart-rate samples below this confidence (0 to 3)'
            cand --sample 'Write the newest N activities and the newest finished month of weigh-ins, to try Garmin''s import'
            cand --jobs 'Number of threads (default: one per processor)'
            cand --max-entries 'Entries in an archive (default: 200000)'
            cand --max-entry-bytes 'Bytes of one entry when unpacked (default: 64M)'
            cand --max-total-bytes 'Bytes of all entries when unpacked (default: 64G)'
            cand --max-ratio 'Bytes unpacked per byte packed (default: 200)'
            cand --state 'State file with the budget, the uploads and the conversions'
            cand --busy-ms 'How long to wait for other processes that use the state, in milliseconds'
            cand --color 'When to use colour (NO_COLOR and TERM=dumb are respected)'
            cand --state-on-network 'Accept a state file on a network file system, whose locks may not hold'
            cand --json 'Print one JSON document instead of a table'
            cand -q 'Print errors only'
            cand --quiet 'Print errors only'
            cand -v 'Print every finding and what is being done'
            cand --verbose 'Print every finding and what is being done'
            cand --no-progress 'Show no progress bar (there is none anyway unless stderr is a terminal)'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
            cand -V 'Print version'
            cand --version 'Print version'
        }
        &'trackersync;download'= {
            cand -o 'Folder to make, or a name ending in .zip for one zip file'
            cand --output 'Folder to make, or a name ending in .zip for one zip file'
            cand --state 'State file with the budget, the uploads and the conversions'
            cand --busy-ms 'How long to wait for other processes that use the state, in milliseconds'
            cand --color 'When to use colour (NO_COLOR and TERM=dumb are respected)'
            cand --force 'Replace an OUT that this program wrote'
            cand --state-on-network 'Accept a state file on a network file system, whose locks may not hold'
            cand --json 'Print one JSON document instead of a table'
            cand -q 'Print errors only'
            cand --quiet 'Print errors only'
            cand -v 'Print every finding and what is being done'
            cand --verbose 'Print every finding and what is being done'
            cand --no-progress 'Show no progress bar (there is none anyway unless stderr is a terminal)'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
            cand -V 'Print version'
            cand --version 'Print version'
        }
        &'trackersync;usage'= {
            cand --key 'Whose budget to show (default: the local user''s)'
            cand --check 'End with 3 if so many per cent of a limit are used, for alarms'
            cand --state 'State file with the budget, the uploads and the conversions'
            cand --busy-ms 'How long to wait for other processes that use the state, in milliseconds'
            cand --color 'When to use colour (NO_COLOR and TERM=dumb are respected)'
            cand --all 'Show every key, the default and all keys together'
            cand --log 'Print the ledger: every charge, refund and change, oldest first'
            cand --chart 'Draw the conversions by day, the pace and the day on which a limit will be reached'
            cand --metrics 'Print the budget and what the ledger counts in the format of OpenMetrics'
            cand --verify 'Count the ledger anew and compare it with the counters'
            cand --state-on-network 'Accept a state file on a network file system, whose locks may not hold'
            cand --json 'Print one JSON document instead of a table'
            cand -q 'Print errors only'
            cand --quiet 'Print errors only'
            cand -v 'Print every finding and what is being done'
            cand --verbose 'Print every finding and what is being done'
            cand --no-progress 'Show no progress bar (there is none anyway unless stderr is a terminal)'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
            cand -V 'Print version'
            cand --version 'Print version'
        }
        &'trackersync;budget'= {
            cand --state 'State file with the budget, the uploads and the conversions'
            cand --busy-ms 'How long to wait for other processes that use the state, in milliseconds'
            cand --color 'When to use colour (NO_COLOR and TERM=dumb are respected)'
            cand --state-on-network 'Accept a state file on a network file system, whose locks may not hold'
            cand --json 'Print one JSON document instead of a table'
            cand -q 'Print errors only'
            cand --quiet 'Print errors only'
            cand -v 'Print every finding and what is being done'
            cand --verbose 'Print every finding and what is being done'
            cand --no-progress 'Show no progress bar (there is none anyway unless stderr is a terminal)'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
            cand -V 'Print version'
            cand --version 'Print version'
            cand init 'Make the state where there is none yet: a file, or the tables in a database'
            cand set 'Set a limit, what happens at it, or a label'
            cand show 'Show the limits of a key'
            cand list 'List every key with its limits'
            cand block 'Refuse every conversion of a key (exit 77)'
            cand unblock 'End the block of a key'
            cand reset 'Set what is used in the current periods back to 0; the ledger keeps its entries'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'trackersync;budget;init'= {
            cand --state 'State file with the budget, the uploads and the conversions'
            cand --busy-ms 'How long to wait for other processes that use the state, in milliseconds'
            cand --color 'When to use colour (NO_COLOR and TERM=dumb are respected)'
            cand --print 'Print the statements that make the tables, for an administrator, and do nothing'
            cand --state-on-network 'Accept a state file on a network file system, whose locks may not hold'
            cand --json 'Print one JSON document instead of a table'
            cand -q 'Print errors only'
            cand --quiet 'Print errors only'
            cand -v 'Print every finding and what is being done'
            cand --verbose 'Print every finding and what is being done'
            cand --no-progress 'Show no progress bar (there is none anyway unless stderr is a terminal)'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
            cand -V 'Print version'
            cand --version 'Print version'
        }
        &'trackersync;budget;set'= {
            cand --key 'A key (default: the local user''s)'
            cand --limit 'Conversions per period'
            cand --period 'Over which period the limit holds (default: month)'
            cand --mode 'What happens at the limits (default: enforce)'
            cand --overage 'Units beyond the limit that --mode soft lets through'
            cand --label 'Label of the key in listings; stored in clear, unlike the key'
            cand --state 'State file with the budget, the uploads and the conversions'
            cand --busy-ms 'How long to wait for other processes that use the state, in milliseconds'
            cand --color 'When to use colour (NO_COLOR and TERM=dumb are respected)'
            cand --global 'All keys together'
            cand --default 'The limits of keys without their own'
            cand --unlimited 'No limit: in the period given, or in any'
            cand --inherit 'Forget the limits and the mode of the key, so that the default holds again'
            cand --state-on-network 'Accept a state file on a network file system, whose locks may not hold'
            cand --json 'Print one JSON document instead of a table'
            cand -q 'Print errors only'
            cand --quiet 'Print errors only'
            cand -v 'Print every finding and what is being done'
            cand --verbose 'Print every finding and what is being done'
            cand --no-progress 'Show no progress bar (there is none anyway unless stderr is a terminal)'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
            cand -V 'Print version'
            cand --version 'Print version'
        }
        &'trackersync;budget;show'= {
            cand --key 'A key (default: the local user''s)'
            cand --state 'State file with the budget, the uploads and the conversions'
            cand --busy-ms 'How long to wait for other processes that use the state, in milliseconds'
            cand --color 'When to use colour (NO_COLOR and TERM=dumb are respected)'
            cand --global 'All keys together'
            cand --default 'The limits of keys without their own'
            cand --state-on-network 'Accept a state file on a network file system, whose locks may not hold'
            cand --json 'Print one JSON document instead of a table'
            cand -q 'Print errors only'
            cand --quiet 'Print errors only'
            cand -v 'Print every finding and what is being done'
            cand --verbose 'Print every finding and what is being done'
            cand --no-progress 'Show no progress bar (there is none anyway unless stderr is a terminal)'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
            cand -V 'Print version'
            cand --version 'Print version'
        }
        &'trackersync;budget;list'= {
            cand --state 'State file with the budget, the uploads and the conversions'
            cand --busy-ms 'How long to wait for other processes that use the state, in milliseconds'
            cand --color 'When to use colour (NO_COLOR and TERM=dumb are respected)'
            cand --state-on-network 'Accept a state file on a network file system, whose locks may not hold'
            cand --json 'Print one JSON document instead of a table'
            cand -q 'Print errors only'
            cand --quiet 'Print errors only'
            cand -v 'Print every finding and what is being done'
            cand --verbose 'Print every finding and what is being done'
            cand --no-progress 'Show no progress bar (there is none anyway unless stderr is a terminal)'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
            cand -V 'Print version'
            cand --version 'Print version'
        }
        &'trackersync;budget;block'= {
            cand --key 'A key (default: the local user''s)'
            cand --state 'State file with the budget, the uploads and the conversions'
            cand --busy-ms 'How long to wait for other processes that use the state, in milliseconds'
            cand --color 'When to use colour (NO_COLOR and TERM=dumb are respected)'
            cand --global 'All keys together'
            cand --state-on-network 'Accept a state file on a network file system, whose locks may not hold'
            cand --json 'Print one JSON document instead of a table'
            cand -q 'Print errors only'
            cand --quiet 'Print errors only'
            cand -v 'Print every finding and what is being done'
            cand --verbose 'Print every finding and what is being done'
            cand --no-progress 'Show no progress bar (there is none anyway unless stderr is a terminal)'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
            cand -V 'Print version'
            cand --version 'Print version'
        }
        &'trackersync;budget;unblock'= {
            cand --key 'A key (default: the local user''s)'
            cand --state 'State file with the budget, the uploads and the conversions'
            cand --busy-ms 'How long to wait for other processes that use the state, in milliseconds'
            cand --color 'When to use colour (NO_COLOR and TERM=dumb are respected)'
            cand --global 'All keys together'
            cand --state-on-network 'Accept a state file on a network file system, whose locks may not hold'
            cand --json 'Print one JSON document instead of a table'
            cand -q 'Print errors only'
            cand --quiet 'Print errors only'
            cand -v 'Print every finding and what is being done'
            cand --verbose 'Print every finding and what is being done'
            cand --no-progress 'Show no progress bar (there is none anyway unless stderr is a terminal)'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
            cand -V 'Print version'
            cand --version 'Print version'
        }
        &'trackersync;budget;reset'= {
            cand --key 'A key (default: the local user''s)'
            cand --period 'Only this period (default: all)'
            cand --state 'State file with the budget, the uploads and the conversions'
            cand --busy-ms 'How long to wait for other processes that use the state, in milliseconds'
            cand --color 'When to use colour (NO_COLOR and TERM=dumb are respected)'
            cand --global 'All keys together'
            cand --state-on-network 'Accept a state file on a network file system, whose locks may not hold'
            cand --json 'Print one JSON document instead of a table'
            cand -q 'Print errors only'
            cand --quiet 'Print errors only'
            cand -v 'Print every finding and what is being done'
            cand --verbose 'Print every finding and what is being done'
            cand --no-progress 'Show no progress bar (there is none anyway unless stderr is a terminal)'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
            cand -V 'Print version'
            cand --version 'Print version'
        }
        &'trackersync;budget;help'= {
            cand init 'Make the state where there is none yet: a file, or the tables in a database'
            cand set 'Set a limit, what happens at it, or a label'
            cand show 'Show the limits of a key'
            cand list 'List every key with its limits'
            cand block 'Refuse every conversion of a key (exit 77)'
            cand unblock 'End the block of a key'
            cand reset 'Set what is used in the current periods back to 0; the ledger keeps its entries'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'trackersync;budget;help;init'= {
        }
        &'trackersync;budget;help;set'= {
        }
        &'trackersync;budget;help;show'= {
        }
        &'trackersync;budget;help;list'= {
        }
        &'trackersync;budget;help;block'= {
        }
        &'trackersync;budget;help;unblock'= {
        }
        &'trackersync;budget;help;reset'= {
        }
        &'trackersync;budget;help;help'= {
        }
        &'trackersync;status'= {
            cand --state 'State file with the budget, the uploads and the conversions'
            cand --busy-ms 'How long to wait for other processes that use the state, in milliseconds'
            cand --color 'When to use colour (NO_COLOR and TERM=dumb are respected)'
            cand --verify 'Read the whole state: SQLite''s integrity check, and the ledger counted anew'
            cand --state-on-network 'Accept a state file on a network file system, whose locks may not hold'
            cand --json 'Print one JSON document instead of a table'
            cand -q 'Print errors only'
            cand --quiet 'Print errors only'
            cand -v 'Print every finding and what is being done'
            cand --verbose 'Print every finding and what is being done'
            cand --no-progress 'Show no progress bar (there is none anyway unless stderr is a terminal)'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
            cand -V 'Print version'
            cand --version 'Print version'
        }
        &'trackersync;maintain'= {
            cand --key 'Key whose conversions on the lifeboat are entered into the ledger (default: the local user''s)'
            cand --state 'State file with the budget, the uploads and the conversions'
            cand --busy-ms 'How long to wait for other processes that use the state, in milliseconds'
            cand --color 'When to use colour (NO_COLOR and TERM=dumb are respected)'
            cand --repair 'Rescue a damaged state file: keeps a copy and rebuilds what can be read'
            cand --state-on-network 'Accept a state file on a network file system, whose locks may not hold'
            cand --json 'Print one JSON document instead of a table'
            cand -q 'Print errors only'
            cand --quiet 'Print errors only'
            cand -v 'Print every finding and what is being done'
            cand --verbose 'Print every finding and what is being done'
            cand --no-progress 'Show no progress bar (there is none anyway unless stderr is a terminal)'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
            cand -V 'Print version'
            cand --version 'Print version'
        }
        &'trackersync;inspect'= {
            cand --state 'State file with the budget, the uploads and the conversions'
            cand --busy-ms 'How long to wait for other processes that use the state, in milliseconds'
            cand --color 'When to use colour (NO_COLOR and TERM=dumb are respected)'
            cand --csv 'Print CSV instead of a table'
            cand --state-on-network 'Accept a state file on a network file system, whose locks may not hold'
            cand --json 'Print one JSON document instead of a table'
            cand -q 'Print errors only'
            cand --quiet 'Print errors only'
            cand -v 'Print every finding and what is being done'
            cand --verbose 'Print every finding and what is being done'
            cand --no-progress 'Show no progress bar (there is none anyway unless stderr is a terminal)'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
            cand -V 'Print version'
            cand --version 'Print version'
        }
        &'trackersync;verify'= {
            cand --state 'State file with the budget, the uploads and the conversions'
            cand --busy-ms 'How long to wait for other processes that use the state, in milliseconds'
            cand --color 'When to use colour (NO_COLOR and TERM=dumb are respected)'
            cand --state-on-network 'Accept a state file on a network file system, whose locks may not hold'
            cand --json 'Print one JSON document instead of a table'
            cand -q 'Print errors only'
            cand --quiet 'Print errors only'
            cand -v 'Print every finding and what is being done'
            cand --verbose 'Print every finding and what is being done'
            cand --no-progress 'Show no progress bar (there is none anyway unless stderr is a terminal)'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
            cand -V 'Print version'
            cand --version 'Print version'
        }
        &'trackersync;completions'= {
            cand --state 'State file with the budget, the uploads and the conversions'
            cand --busy-ms 'How long to wait for other processes that use the state, in milliseconds'
            cand --color 'When to use colour (NO_COLOR and TERM=dumb are respected)'
            cand --state-on-network 'Accept a state file on a network file system, whose locks may not hold'
            cand --json 'Print one JSON document instead of a table'
            cand -q 'Print errors only'
            cand --quiet 'Print errors only'
            cand -v 'Print every finding and what is being done'
            cand --verbose 'Print every finding and what is being done'
            cand --no-progress 'Show no progress bar (there is none anyway unless stderr is a terminal)'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
            cand -V 'Print version'
            cand --version 'Print version'
        }
        &'trackersync;man'= {
            cand --state 'State file with the budget, the uploads and the conversions'
            cand --busy-ms 'How long to wait for other processes that use the state, in milliseconds'
            cand --color 'When to use colour (NO_COLOR and TERM=dumb are respected)'
            cand --state-on-network 'Accept a state file on a network file system, whose locks may not hold'
            cand --json 'Print one JSON document instead of a table'
            cand -q 'Print errors only'
            cand --quiet 'Print errors only'
            cand -v 'Print every finding and what is being done'
            cand --verbose 'Print every finding and what is being done'
            cand --no-progress 'Show no progress bar (there is none anyway unless stderr is a terminal)'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
            cand -V 'Print version'
            cand --version 'Print version'
        }
        &'trackersync;help'= {
            cand convert 'Convert an export: the main job, all four stages in one go'
            cand upload 'Take in an export and print an upload id, valid for an hour'
            cand validate 'Read and check every record, print the report, write nothing; free of charge'
            cand download 'Hand over the files of a conversion that was made from an upload id'
            cand usage 'Show what is used and left of the budget, and when it resets'
            cand budget 'Set, show and list limits; block, unblock and reset keys'
            cand status 'Look whether the state is as it should be; changes nothing'
            cand maintain 'Clean up: expired uploads and conversions, interrupted outputs, a damaged state'
            cand inspect 'Decode FIT files with an independent reader'
            cand verify 'Check every file of an output against its manifest'
            cand completions 'Print shell completions'
            cand man 'Print the man page of the program, or of a command'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'trackersync;help;convert'= {
        }
        &'trackersync;help;upload'= {
        }
        &'trackersync;help;validate'= {
        }
        &'trackersync;help;download'= {
        }
        &'trackersync;help;usage'= {
        }
        &'trackersync;help;budget'= {
            cand init 'Make the state where there is none yet: a file, or the tables in a database'
            cand set 'Set a limit, what happens at it, or a label'
            cand show 'Show the limits of a key'
            cand list 'List every key with its limits'
            cand block 'Refuse every conversion of a key (exit 77)'
            cand unblock 'End the block of a key'
            cand reset 'Set what is used in the current periods back to 0; the ledger keeps its entries'
        }
        &'trackersync;help;budget;init'= {
        }
        &'trackersync;help;budget;set'= {
        }
        &'trackersync;help;budget;show'= {
        }
        &'trackersync;help;budget;list'= {
        }
        &'trackersync;help;budget;block'= {
        }
        &'trackersync;help;budget;unblock'= {
        }
        &'trackersync;help;budget;reset'= {
        }
        &'trackersync;help;status'= {
        }
        &'trackersync;help;maintain'= {
        }
        &'trackersync;help;inspect'= {
        }
        &'trackersync;help;verify'= {
        }
        &'trackersync;help;completions'= {
        }
        &'trackersync;help;man'= {
        }
        &'trackersync;help;help'= {
        }
    ]
    $completions[$command]
}
