# Print an optspec for argparse to handle cmd's options that are independent of any subcommand.
function __fish_trackersync_global_optspecs
    string join \n state= state-on-network busy-ms= json q/quiet v/verbose color= no-progress h/help V/version
end

function __fish_trackersync_needs_command
    # Figure out if the current invocation already has a command.
    set -l cmd (commandline -opc)
    set -e cmd[1]
    argparse -s (__fish_trackersync_global_optspecs) -- $cmd 2>/dev/null
    or return
    if set -q argv[1]
        # Also print the command, so this can be used to figure out what it is.
        echo $argv[1]
        return 1
    end
    return 0
end

function __fish_trackersync_using_subcommand
    set -l cmd (__fish_trackersync_needs_command)
    test -z "$cmd"
    and return 1
    contains -- $cmd[1] $argv
end

complete -c trackersync -n "__fish_trackersync_needs_command" -l state -d 'State file with the budget, the uploads and the conversions' -r -F
complete -c trackersync -n "__fish_trackersync_needs_command" -l busy-ms -d 'How long to wait for other processes that use the state, in milliseconds' -r
complete -c trackersync -n "__fish_trackersync_needs_command" -l color -d 'When to use colour (NO_COLOR and TERM=dumb are respected)' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c trackersync -n "__fish_trackersync_needs_command" -l state-on-network -d 'Accept a state file on a network file system, whose locks may not hold'
complete -c trackersync -n "__fish_trackersync_needs_command" -l json -d 'Print one JSON document instead of a table'
complete -c trackersync -n "__fish_trackersync_needs_command" -s q -l quiet -d 'Print errors only'
complete -c trackersync -n "__fish_trackersync_needs_command" -s v -l verbose -d 'Print every finding and what is being done'
complete -c trackersync -n "__fish_trackersync_needs_command" -l no-progress -d 'Show no progress bar (there is none anyway unless stderr is a terminal)'
complete -c trackersync -n "__fish_trackersync_needs_command" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c trackersync -n "__fish_trackersync_needs_command" -s V -l version -d 'Print version'
complete -c trackersync -n "__fish_trackersync_needs_command" -f -a "convert" -d 'Convert an export: the main job, all four stages in one go'
complete -c trackersync -n "__fish_trackersync_needs_command" -f -a "upload" -d 'Take in an export and print an upload id, valid for an hour'
complete -c trackersync -n "__fish_trackersync_needs_command" -f -a "validate" -d 'Read and check every record, print the report, write nothing; free of charge'
complete -c trackersync -n "__fish_trackersync_needs_command" -f -a "download" -d 'Hand over the files of a conversion that was made from an upload id'
complete -c trackersync -n "__fish_trackersync_needs_command" -f -a "usage" -d 'Show what is used and left of the budget, and when it resets'
complete -c trackersync -n "__fish_trackersync_needs_command" -f -a "budget" -d 'Set, show and list limits; block, unblock and reset keys'
complete -c trackersync -n "__fish_trackersync_needs_command" -f -a "status" -d 'Look whether the state is as it should be; changes nothing'
complete -c trackersync -n "__fish_trackersync_needs_command" -f -a "maintain" -d 'Clean up: expired uploads and conversions, interrupted outputs, a damaged state'
complete -c trackersync -n "__fish_trackersync_needs_command" -f -a "inspect" -d 'Decode FIT files with an independent reader'
complete -c trackersync -n "__fish_trackersync_needs_command" -f -a "verify" -d 'Check every file of an output against its manifest'
complete -c trackersync -n "__fish_trackersync_needs_command" -f -a "completions" -d 'Print shell completions'
complete -c trackersync -n "__fish_trackersync_needs_command" -f -a "man" -d 'Print the man page'
complete -c trackersync -n "__fish_trackersync_needs_command" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c trackersync -n "__fish_trackersync_using_subcommand convert" -s o -l output -d 'Folder to make, or a name ending in .zip for one zip file (default: garmin beside INPUT)' -r -F
complete -c trackersync -n "__fish_trackersync_using_subcommand convert" -l since -d 'Hand over only what is new or changed since this earlier OUT (may be repeated)' -r -F
complete -c trackersync -n "__fish_trackersync_using_subcommand convert" -l units -d 'Units of Garmin\'s CSV, as your Garmin account displays them (default: metric)' -r -f -a "metric\t'Kilometres and kilograms'
imperial\t'Miles and pounds'"
complete -c trackersync -n "__fish_trackersync_using_subcommand convert" -l key -d 'Whose budget is used (default: the local user\'s)' -r
complete -c trackersync -n "__fish_trackersync_using_subcommand convert" -l request-id -d 'Name of this request: a retry under the same key and name is free' -r
complete -c trackersync -n "__fish_trackersync_using_subcommand convert" -l degraded -d 'What to do when the state cannot be used' -r -f -a "closed\t'Convert nothing (exit 69)'
lifeboat\t'Let a few conversions a day through, to be counted later'"
complete -c trackersync -n "__fish_trackersync_using_subcommand convert" -l only -d 'Make only these outputs (comma-separated)' -r -f -a "activities\t'Activities with heart rate and GPS (FIT, import)'
weight\t'Weight (FIT, import)'
daily\t'Daily totals (Garmin CSV, import)'
body\t'Weight as Garmin CSV, the fallback for --only weight (made only when asked for)'
monitoring\t'Steps, heart rate, SpO2 and respiration by minute (FIT, archive)'
sleep\t'Sleep (FIT and CSV, archive)'
hrv\t'Heart rate variability (FIT, archive)'
health\t'One line of values per day (CSV, archive)'"
complete -c trackersync -n "__fish_trackersync_using_subcommand convert" -l from -d 'Leave out what is before this local date' -r
complete -c trackersync -n "__fish_trackersync_using_subcommand convert" -l to -d 'Leave out what is after this local date' -r
complete -c trackersync -n "__fish_trackersync_using_subcommand convert" -l timezone -d 'Time zone of the account, overriding all evidence in the export' -r
complete -c trackersync -n "__fish_trackersync_using_subcommand convert" -l weight-unit -d 'Unit of the weights in the export, overriding all evidence in it' -r -f -a "lb\t'Pounds'
kg\t'Kilograms'"
complete -c trackersync -n "__fish_trackersync_using_subcommand convert" -l min-confidence -d 'Leave out heart-rate samples below this confidence (0 to 3)' -r
complete -c trackersync -n "__fish_trackersync_using_subcommand convert" -l sample -d 'Write the newest N activities and the newest finished month of weigh-ins, to try Garmin\'s import' -r
complete -c trackersync -n "__fish_trackersync_using_subcommand convert" -l jobs -d 'Number of threads (default: one per processor)' -r
complete -c trackersync -n "__fish_trackersync_using_subcommand convert" -l max-entries -d 'Entries in an archive (default: 200000)' -r
complete -c trackersync -n "__fish_trackersync_using_subcommand convert" -l max-entry-bytes -d 'Bytes of one entry when unpacked (default: 64M)' -r
complete -c trackersync -n "__fish_trackersync_using_subcommand convert" -l max-total-bytes -d 'Bytes of all entries when unpacked (default: 64G)' -r
complete -c trackersync -n "__fish_trackersync_using_subcommand convert" -l max-ratio -d 'Bytes unpacked per byte packed (default: 200)' -r
complete -c trackersync -n "__fish_trackersync_using_subcommand convert" -l state -d 'State file with the budget, the uploads and the conversions' -r -F
complete -c trackersync -n "__fish_trackersync_using_subcommand convert" -l busy-ms -d 'How long to wait for other processes that use the state, in milliseconds' -r
complete -c trackersync -n "__fish_trackersync_using_subcommand convert" -l color -d 'When to use colour (NO_COLOR and TERM=dumb are respected)' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c trackersync -n "__fish_trackersync_using_subcommand convert" -l each -d 'Treat every INPUT as an export of its own: output in OUT/<input name>/, one unit each'
complete -c trackersync -n "__fish_trackersync_using_subcommand convert" -l force -d 'Replace an OUT that this program wrote'
complete -c trackersync -n "__fish_trackersync_using_subcommand convert" -l open -d 'Show the report page in the browser when done'
complete -c trackersync -n "__fish_trackersync_using_subcommand convert" -l dry-run -d 'Do everything but write: same report, costs nothing'
complete -c trackersync -n "__fish_trackersync_using_subcommand convert" -l state-on-network -d 'Accept a state file on a network file system, whose locks may not hold'
complete -c trackersync -n "__fish_trackersync_using_subcommand convert" -l json -d 'Print one JSON document instead of a table'
complete -c trackersync -n "__fish_trackersync_using_subcommand convert" -s q -l quiet -d 'Print errors only'
complete -c trackersync -n "__fish_trackersync_using_subcommand convert" -s v -l verbose -d 'Print every finding and what is being done'
complete -c trackersync -n "__fish_trackersync_using_subcommand convert" -l no-progress -d 'Show no progress bar (there is none anyway unless stderr is a terminal)'
complete -c trackersync -n "__fish_trackersync_using_subcommand convert" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c trackersync -n "__fish_trackersync_using_subcommand convert" -s V -l version -d 'Print version'
complete -c trackersync -n "__fish_trackersync_using_subcommand upload" -l max-entries -d 'Entries in an archive (default: 200000)' -r
complete -c trackersync -n "__fish_trackersync_using_subcommand upload" -l max-entry-bytes -d 'Bytes of one entry when unpacked (default: 64M)' -r
complete -c trackersync -n "__fish_trackersync_using_subcommand upload" -l max-total-bytes -d 'Bytes of all entries when unpacked (default: 64G)' -r
complete -c trackersync -n "__fish_trackersync_using_subcommand upload" -l max-ratio -d 'Bytes unpacked per byte packed (default: 200)' -r
complete -c trackersync -n "__fish_trackersync_using_subcommand upload" -l state -d 'State file with the budget, the uploads and the conversions' -r -F
complete -c trackersync -n "__fish_trackersync_using_subcommand upload" -l busy-ms -d 'How long to wait for other processes that use the state, in milliseconds' -r
complete -c trackersync -n "__fish_trackersync_using_subcommand upload" -l color -d 'When to use colour (NO_COLOR and TERM=dumb are respected)' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c trackersync -n "__fish_trackersync_using_subcommand upload" -l state-on-network -d 'Accept a state file on a network file system, whose locks may not hold'
complete -c trackersync -n "__fish_trackersync_using_subcommand upload" -l json -d 'Print one JSON document instead of a table'
complete -c trackersync -n "__fish_trackersync_using_subcommand upload" -s q -l quiet -d 'Print errors only'
complete -c trackersync -n "__fish_trackersync_using_subcommand upload" -s v -l verbose -d 'Print every finding and what is being done'
complete -c trackersync -n "__fish_trackersync_using_subcommand upload" -l no-progress -d 'Show no progress bar (there is none anyway unless stderr is a terminal)'
complete -c trackersync -n "__fish_trackersync_using_subcommand upload" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c trackersync -n "__fish_trackersync_using_subcommand upload" -s V -l version -d 'Print version'
complete -c trackersync -n "__fish_trackersync_using_subcommand validate" -l format -d 'Form of the report (--json is --format json)' -r -f -a "human\t'A table'
json\t'One JSON document'
github\t'Annotations for GitHub Actions'"
complete -c trackersync -n "__fish_trackersync_using_subcommand validate" -l only -d 'Make only these outputs (comma-separated)' -r -f -a "activities\t'Activities with heart rate and GPS (FIT, import)'
weight\t'Weight (FIT, import)'
daily\t'Daily totals (Garmin CSV, import)'
body\t'Weight as Garmin CSV, the fallback for --only weight (made only when asked for)'
monitoring\t'Steps, heart rate, SpO2 and respiration by minute (FIT, archive)'
sleep\t'Sleep (FIT and CSV, archive)'
hrv\t'Heart rate variability (FIT, archive)'
health\t'One line of values per day (CSV, archive)'"
complete -c trackersync -n "__fish_trackersync_using_subcommand validate" -l from -d 'Leave out what is before this local date' -r
complete -c trackersync -n "__fish_trackersync_using_subcommand validate" -l to -d 'Leave out what is after this local date' -r
complete -c trackersync -n "__fish_trackersync_using_subcommand validate" -l timezone -d 'Time zone of the account, overriding all evidence in the export' -r
complete -c trackersync -n "__fish_trackersync_using_subcommand validate" -l weight-unit -d 'Unit of the weights in the export, overriding all evidence in it' -r -f -a "lb\t'Pounds'
kg\t'Kilograms'"
complete -c trackersync -n "__fish_trackersync_using_subcommand validate" -l min-confidence -d 'Leave out heart-rate samples below this confidence (0 to 3)' -r
complete -c trackersync -n "__fish_trackersync_using_subcommand validate" -l sample -d 'Write the newest N activities and the newest finished month of weigh-ins, to try Garmin\'s import' -r
complete -c trackersync -n "__fish_trackersync_using_subcommand validate" -l jobs -d 'Number of threads (default: one per processor)' -r
complete -c trackersync -n "__fish_trackersync_using_subcommand validate" -l max-entries -d 'Entries in an archive (default: 200000)' -r
complete -c trackersync -n "__fish_trackersync_using_subcommand validate" -l max-entry-bytes -d 'Bytes of one entry when unpacked (default: 64M)' -r
complete -c trackersync -n "__fish_trackersync_using_subcommand validate" -l max-total-bytes -d 'Bytes of all entries when unpacked (default: 64G)' -r
complete -c trackersync -n "__fish_trackersync_using_subcommand validate" -l max-ratio -d 'Bytes unpacked per byte packed (default: 200)' -r
complete -c trackersync -n "__fish_trackersync_using_subcommand validate" -l state -d 'State file with the budget, the uploads and the conversions' -r -F
complete -c trackersync -n "__fish_trackersync_using_subcommand validate" -l busy-ms -d 'How long to wait for other processes that use the state, in milliseconds' -r
complete -c trackersync -n "__fish_trackersync_using_subcommand validate" -l color -d 'When to use colour (NO_COLOR and TERM=dumb are respected)' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c trackersync -n "__fish_trackersync_using_subcommand validate" -l state-on-network -d 'Accept a state file on a network file system, whose locks may not hold'
complete -c trackersync -n "__fish_trackersync_using_subcommand validate" -l json -d 'Print one JSON document instead of a table'
complete -c trackersync -n "__fish_trackersync_using_subcommand validate" -s q -l quiet -d 'Print errors only'
complete -c trackersync -n "__fish_trackersync_using_subcommand validate" -s v -l verbose -d 'Print every finding and what is being done'
complete -c trackersync -n "__fish_trackersync_using_subcommand validate" -l no-progress -d 'Show no progress bar (there is none anyway unless stderr is a terminal)'
complete -c trackersync -n "__fish_trackersync_using_subcommand validate" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c trackersync -n "__fish_trackersync_using_subcommand validate" -s V -l version -d 'Print version'
complete -c trackersync -n "__fish_trackersync_using_subcommand download" -s o -l output -d 'Folder to make, or a name ending in .zip for one zip file' -r -F
complete -c trackersync -n "__fish_trackersync_using_subcommand download" -l state -d 'State file with the budget, the uploads and the conversions' -r -F
complete -c trackersync -n "__fish_trackersync_using_subcommand download" -l busy-ms -d 'How long to wait for other processes that use the state, in milliseconds' -r
complete -c trackersync -n "__fish_trackersync_using_subcommand download" -l color -d 'When to use colour (NO_COLOR and TERM=dumb are respected)' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c trackersync -n "__fish_trackersync_using_subcommand download" -l force -d 'Replace an OUT that this program wrote'
complete -c trackersync -n "__fish_trackersync_using_subcommand download" -l state-on-network -d 'Accept a state file on a network file system, whose locks may not hold'
complete -c trackersync -n "__fish_trackersync_using_subcommand download" -l json -d 'Print one JSON document instead of a table'
complete -c trackersync -n "__fish_trackersync_using_subcommand download" -s q -l quiet -d 'Print errors only'
complete -c trackersync -n "__fish_trackersync_using_subcommand download" -s v -l verbose -d 'Print every finding and what is being done'
complete -c trackersync -n "__fish_trackersync_using_subcommand download" -l no-progress -d 'Show no progress bar (there is none anyway unless stderr is a terminal)'
complete -c trackersync -n "__fish_trackersync_using_subcommand download" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c trackersync -n "__fish_trackersync_using_subcommand download" -s V -l version -d 'Print version'
complete -c trackersync -n "__fish_trackersync_using_subcommand usage" -l key -d 'Whose budget to show (default: the local user\'s)' -r
complete -c trackersync -n "__fish_trackersync_using_subcommand usage" -l check -d 'End with 3 if so many per cent of a limit are used, for alarms' -r
complete -c trackersync -n "__fish_trackersync_using_subcommand usage" -l state -d 'State file with the budget, the uploads and the conversions' -r -F
complete -c trackersync -n "__fish_trackersync_using_subcommand usage" -l busy-ms -d 'How long to wait for other processes that use the state, in milliseconds' -r
complete -c trackersync -n "__fish_trackersync_using_subcommand usage" -l color -d 'When to use colour (NO_COLOR and TERM=dumb are respected)' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c trackersync -n "__fish_trackersync_using_subcommand usage" -l all -d 'Show every key, the default and all keys together'
complete -c trackersync -n "__fish_trackersync_using_subcommand usage" -l log -d 'Print the ledger: every charge, refund and change, oldest first'
complete -c trackersync -n "__fish_trackersync_using_subcommand usage" -l chart -d 'Draw the conversions by day, the pace and the day on which a limit will be reached'
complete -c trackersync -n "__fish_trackersync_using_subcommand usage" -l metrics -d 'Print the budget and what the ledger counts in the format of OpenMetrics'
complete -c trackersync -n "__fish_trackersync_using_subcommand usage" -l verify -d 'Count the ledger anew and compare it with the counters'
complete -c trackersync -n "__fish_trackersync_using_subcommand usage" -l state-on-network -d 'Accept a state file on a network file system, whose locks may not hold'
complete -c trackersync -n "__fish_trackersync_using_subcommand usage" -l json -d 'Print one JSON document instead of a table'
complete -c trackersync -n "__fish_trackersync_using_subcommand usage" -s q -l quiet -d 'Print errors only'
complete -c trackersync -n "__fish_trackersync_using_subcommand usage" -s v -l verbose -d 'Print every finding and what is being done'
complete -c trackersync -n "__fish_trackersync_using_subcommand usage" -l no-progress -d 'Show no progress bar (there is none anyway unless stderr is a terminal)'
complete -c trackersync -n "__fish_trackersync_using_subcommand usage" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c trackersync -n "__fish_trackersync_using_subcommand usage" -s V -l version -d 'Print version'
complete -c trackersync -n "__fish_trackersync_using_subcommand budget; and not __fish_seen_subcommand_from set show list block unblock reset help" -l state -d 'State file with the budget, the uploads and the conversions' -r -F
complete -c trackersync -n "__fish_trackersync_using_subcommand budget; and not __fish_seen_subcommand_from set show list block unblock reset help" -l busy-ms -d 'How long to wait for other processes that use the state, in milliseconds' -r
complete -c trackersync -n "__fish_trackersync_using_subcommand budget; and not __fish_seen_subcommand_from set show list block unblock reset help" -l color -d 'When to use colour (NO_COLOR and TERM=dumb are respected)' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c trackersync -n "__fish_trackersync_using_subcommand budget; and not __fish_seen_subcommand_from set show list block unblock reset help" -l state-on-network -d 'Accept a state file on a network file system, whose locks may not hold'
complete -c trackersync -n "__fish_trackersync_using_subcommand budget; and not __fish_seen_subcommand_from set show list block unblock reset help" -l json -d 'Print one JSON document instead of a table'
complete -c trackersync -n "__fish_trackersync_using_subcommand budget; and not __fish_seen_subcommand_from set show list block unblock reset help" -s q -l quiet -d 'Print errors only'
complete -c trackersync -n "__fish_trackersync_using_subcommand budget; and not __fish_seen_subcommand_from set show list block unblock reset help" -s v -l verbose -d 'Print every finding and what is being done'
complete -c trackersync -n "__fish_trackersync_using_subcommand budget; and not __fish_seen_subcommand_from set show list block unblock reset help" -l no-progress -d 'Show no progress bar (there is none anyway unless stderr is a terminal)'
complete -c trackersync -n "__fish_trackersync_using_subcommand budget; and not __fish_seen_subcommand_from set show list block unblock reset help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c trackersync -n "__fish_trackersync_using_subcommand budget; and not __fish_seen_subcommand_from set show list block unblock reset help" -s V -l version -d 'Print version'
complete -c trackersync -n "__fish_trackersync_using_subcommand budget; and not __fish_seen_subcommand_from set show list block unblock reset help" -f -a "set" -d 'Set a limit, what happens at it, or a label'
complete -c trackersync -n "__fish_trackersync_using_subcommand budget; and not __fish_seen_subcommand_from set show list block unblock reset help" -f -a "show" -d 'Show the limits of a key'
complete -c trackersync -n "__fish_trackersync_using_subcommand budget; and not __fish_seen_subcommand_from set show list block unblock reset help" -f -a "list" -d 'List every key with its limits'
complete -c trackersync -n "__fish_trackersync_using_subcommand budget; and not __fish_seen_subcommand_from set show list block unblock reset help" -f -a "block" -d 'Refuse every conversion of a key (exit 77)'
complete -c trackersync -n "__fish_trackersync_using_subcommand budget; and not __fish_seen_subcommand_from set show list block unblock reset help" -f -a "unblock" -d 'End the block of a key'
complete -c trackersync -n "__fish_trackersync_using_subcommand budget; and not __fish_seen_subcommand_from set show list block unblock reset help" -f -a "reset" -d 'Set what is used in the current periods back to 0; the ledger keeps its entries'
complete -c trackersync -n "__fish_trackersync_using_subcommand budget; and not __fish_seen_subcommand_from set show list block unblock reset help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c trackersync -n "__fish_trackersync_using_subcommand budget; and __fish_seen_subcommand_from set" -l key -d 'A key (default: the local user\'s)' -r
complete -c trackersync -n "__fish_trackersync_using_subcommand budget; and __fish_seen_subcommand_from set" -l limit -d 'Conversions per period' -r
complete -c trackersync -n "__fish_trackersync_using_subcommand budget; and __fish_seen_subcommand_from set" -l period -d 'Over which period the limit holds (default: month)' -r -f -a "day\t'Calendar day, UTC'
month\t'Calendar month, UTC'
total\t'All time; never resets'"
complete -c trackersync -n "__fish_trackersync_using_subcommand budget; and __fish_seen_subcommand_from set" -l mode -d 'What happens at the limits (default: enforce)' -r -f -a "enforce\t'Refuse (exit 75)'
soft\t'Let --overage units beyond the limit through and say so each time'
shadow\t'Count, let through and say what would have been refused'"
complete -c trackersync -n "__fish_trackersync_using_subcommand budget; and __fish_seen_subcommand_from set" -l overage -d 'Units beyond the limit that --mode soft lets through' -r
complete -c trackersync -n "__fish_trackersync_using_subcommand budget; and __fish_seen_subcommand_from set" -l label -d 'Label of the key in listings; stored in clear, unlike the key' -r
complete -c trackersync -n "__fish_trackersync_using_subcommand budget; and __fish_seen_subcommand_from set" -l state -d 'State file with the budget, the uploads and the conversions' -r -F
complete -c trackersync -n "__fish_trackersync_using_subcommand budget; and __fish_seen_subcommand_from set" -l busy-ms -d 'How long to wait for other processes that use the state, in milliseconds' -r
complete -c trackersync -n "__fish_trackersync_using_subcommand budget; and __fish_seen_subcommand_from set" -l color -d 'When to use colour (NO_COLOR and TERM=dumb are respected)' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c trackersync -n "__fish_trackersync_using_subcommand budget; and __fish_seen_subcommand_from set" -l global -d 'All keys together'
complete -c trackersync -n "__fish_trackersync_using_subcommand budget; and __fish_seen_subcommand_from set" -l default -d 'The limits of keys without their own'
complete -c trackersync -n "__fish_trackersync_using_subcommand budget; and __fish_seen_subcommand_from set" -l unlimited -d 'No limit: in the period given, or in any'
complete -c trackersync -n "__fish_trackersync_using_subcommand budget; and __fish_seen_subcommand_from set" -l inherit -d 'Forget the limits and the mode of the key, so that the default holds again'
complete -c trackersync -n "__fish_trackersync_using_subcommand budget; and __fish_seen_subcommand_from set" -l state-on-network -d 'Accept a state file on a network file system, whose locks may not hold'
complete -c trackersync -n "__fish_trackersync_using_subcommand budget; and __fish_seen_subcommand_from set" -l json -d 'Print one JSON document instead of a table'
complete -c trackersync -n "__fish_trackersync_using_subcommand budget; and __fish_seen_subcommand_from set" -s q -l quiet -d 'Print errors only'
complete -c trackersync -n "__fish_trackersync_using_subcommand budget; and __fish_seen_subcommand_from set" -s v -l verbose -d 'Print every finding and what is being done'
complete -c trackersync -n "__fish_trackersync_using_subcommand budget; and __fish_seen_subcommand_from set" -l no-progress -d 'Show no progress bar (there is none anyway unless stderr is a terminal)'
complete -c trackersync -n "__fish_trackersync_using_subcommand budget; and __fish_seen_subcommand_from set" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c trackersync -n "__fish_trackersync_using_subcommand budget; and __fish_seen_subcommand_from set" -s V -l version -d 'Print version'
complete -c trackersync -n "__fish_trackersync_using_subcommand budget; and __fish_seen_subcommand_from show" -l key -d 'A key (default: the local user\'s)' -r
complete -c trackersync -n "__fish_trackersync_using_subcommand budget; and __fish_seen_subcommand_from show" -l state -d 'State file with the budget, the uploads and the conversions' -r -F
complete -c trackersync -n "__fish_trackersync_using_subcommand budget; and __fish_seen_subcommand_from show" -l busy-ms -d 'How long to wait for other processes that use the state, in milliseconds' -r
complete -c trackersync -n "__fish_trackersync_using_subcommand budget; and __fish_seen_subcommand_from show" -l color -d 'When to use colour (NO_COLOR and TERM=dumb are respected)' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c trackersync -n "__fish_trackersync_using_subcommand budget; and __fish_seen_subcommand_from show" -l global -d 'All keys together'
complete -c trackersync -n "__fish_trackersync_using_subcommand budget; and __fish_seen_subcommand_from show" -l default -d 'The limits of keys without their own'
complete -c trackersync -n "__fish_trackersync_using_subcommand budget; and __fish_seen_subcommand_from show" -l state-on-network -d 'Accept a state file on a network file system, whose locks may not hold'
complete -c trackersync -n "__fish_trackersync_using_subcommand budget; and __fish_seen_subcommand_from show" -l json -d 'Print one JSON document instead of a table'
complete -c trackersync -n "__fish_trackersync_using_subcommand budget; and __fish_seen_subcommand_from show" -s q -l quiet -d 'Print errors only'
complete -c trackersync -n "__fish_trackersync_using_subcommand budget; and __fish_seen_subcommand_from show" -s v -l verbose -d 'Print every finding and what is being done'
complete -c trackersync -n "__fish_trackersync_using_subcommand budget; and __fish_seen_subcommand_from show" -l no-progress -d 'Show no progress bar (there is none anyway unless stderr is a terminal)'
complete -c trackersync -n "__fish_trackersync_using_subcommand budget; and __fish_seen_subcommand_from show" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c trackersync -n "__fish_trackersync_using_subcommand budget; and __fish_seen_subcommand_from show" -s V -l version -d 'Print version'
complete -c trackersync -n "__fish_trackersync_using_subcommand budget; and __fish_seen_subcommand_from list" -l state -d 'State file with the budget, the uploads and the conversions' -r -F
complete -c trackersync -n "__fish_trackersync_using_subcommand budget; and __fish_seen_subcommand_from list" -l busy-ms -d 'How long to wait for other processes that use the state, in milliseconds' -r
complete -c trackersync -n "__fish_trackersync_using_subcommand budget; and __fish_seen_subcommand_from list" -l color -d 'When to use colour (NO_COLOR and TERM=dumb are respected)' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c trackersync -n "__fish_trackersync_using_subcommand budget; and __fish_seen_subcommand_from list" -l state-on-network -d 'Accept a state file on a network file system, whose locks may not hold'
complete -c trackersync -n "__fish_trackersync_using_subcommand budget; and __fish_seen_subcommand_from list" -l json -d 'Print one JSON document instead of a table'
complete -c trackersync -n "__fish_trackersync_using_subcommand budget; and __fish_seen_subcommand_from list" -s q -l quiet -d 'Print errors only'
complete -c trackersync -n "__fish_trackersync_using_subcommand budget; and __fish_seen_subcommand_from list" -s v -l verbose -d 'Print every finding and what is being done'
complete -c trackersync -n "__fish_trackersync_using_subcommand budget; and __fish_seen_subcommand_from list" -l no-progress -d 'Show no progress bar (there is none anyway unless stderr is a terminal)'
complete -c trackersync -n "__fish_trackersync_using_subcommand budget; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c trackersync -n "__fish_trackersync_using_subcommand budget; and __fish_seen_subcommand_from list" -s V -l version -d 'Print version'
complete -c trackersync -n "__fish_trackersync_using_subcommand budget; and __fish_seen_subcommand_from block" -l key -d 'A key (default: the local user\'s)' -r
complete -c trackersync -n "__fish_trackersync_using_subcommand budget; and __fish_seen_subcommand_from block" -l state -d 'State file with the budget, the uploads and the conversions' -r -F
complete -c trackersync -n "__fish_trackersync_using_subcommand budget; and __fish_seen_subcommand_from block" -l busy-ms -d 'How long to wait for other processes that use the state, in milliseconds' -r
complete -c trackersync -n "__fish_trackersync_using_subcommand budget; and __fish_seen_subcommand_from block" -l color -d 'When to use colour (NO_COLOR and TERM=dumb are respected)' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c trackersync -n "__fish_trackersync_using_subcommand budget; and __fish_seen_subcommand_from block" -l global -d 'All keys together'
complete -c trackersync -n "__fish_trackersync_using_subcommand budget; and __fish_seen_subcommand_from block" -l state-on-network -d 'Accept a state file on a network file system, whose locks may not hold'
complete -c trackersync -n "__fish_trackersync_using_subcommand budget; and __fish_seen_subcommand_from block" -l json -d 'Print one JSON document instead of a table'
complete -c trackersync -n "__fish_trackersync_using_subcommand budget; and __fish_seen_subcommand_from block" -s q -l quiet -d 'Print errors only'
complete -c trackersync -n "__fish_trackersync_using_subcommand budget; and __fish_seen_subcommand_from block" -s v -l verbose -d 'Print every finding and what is being done'
complete -c trackersync -n "__fish_trackersync_using_subcommand budget; and __fish_seen_subcommand_from block" -l no-progress -d 'Show no progress bar (there is none anyway unless stderr is a terminal)'
complete -c trackersync -n "__fish_trackersync_using_subcommand budget; and __fish_seen_subcommand_from block" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c trackersync -n "__fish_trackersync_using_subcommand budget; and __fish_seen_subcommand_from block" -s V -l version -d 'Print version'
complete -c trackersync -n "__fish_trackersync_using_subcommand budget; and __fish_seen_subcommand_from unblock" -l key -d 'A key (default: the local user\'s)' -r
complete -c trackersync -n "__fish_trackersync_using_subcommand budget; and __fish_seen_subcommand_from unblock" -l state -d 'State file with the budget, the uploads and the conversions' -r -F
complete -c trackersync -n "__fish_trackersync_using_subcommand budget; and __fish_seen_subcommand_from unblock" -l busy-ms -d 'How long to wait for other processes that use the state, in milliseconds' -r
complete -c trackersync -n "__fish_trackersync_using_subcommand budget; and __fish_seen_subcommand_from unblock" -l color -d 'When to use colour (NO_COLOR and TERM=dumb are respected)' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c trackersync -n "__fish_trackersync_using_subcommand budget; and __fish_seen_subcommand_from unblock" -l global -d 'All keys together'
complete -c trackersync -n "__fish_trackersync_using_subcommand budget; and __fish_seen_subcommand_from unblock" -l state-on-network -d 'Accept a state file on a network file system, whose locks may not hold'
complete -c trackersync -n "__fish_trackersync_using_subcommand budget; and __fish_seen_subcommand_from unblock" -l json -d 'Print one JSON document instead of a table'
complete -c trackersync -n "__fish_trackersync_using_subcommand budget; and __fish_seen_subcommand_from unblock" -s q -l quiet -d 'Print errors only'
complete -c trackersync -n "__fish_trackersync_using_subcommand budget; and __fish_seen_subcommand_from unblock" -s v -l verbose -d 'Print every finding and what is being done'
complete -c trackersync -n "__fish_trackersync_using_subcommand budget; and __fish_seen_subcommand_from unblock" -l no-progress -d 'Show no progress bar (there is none anyway unless stderr is a terminal)'
complete -c trackersync -n "__fish_trackersync_using_subcommand budget; and __fish_seen_subcommand_from unblock" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c trackersync -n "__fish_trackersync_using_subcommand budget; and __fish_seen_subcommand_from unblock" -s V -l version -d 'Print version'
complete -c trackersync -n "__fish_trackersync_using_subcommand budget; and __fish_seen_subcommand_from reset" -l key -d 'A key (default: the local user\'s)' -r
complete -c trackersync -n "__fish_trackersync_using_subcommand budget; and __fish_seen_subcommand_from reset" -l period -d 'Only this period (default: all)' -r -f -a "day\t'Calendar day, UTC'
month\t'Calendar month, UTC'
total\t'All time; never resets'"
complete -c trackersync -n "__fish_trackersync_using_subcommand budget; and __fish_seen_subcommand_from reset" -l state -d 'State file with the budget, the uploads and the conversions' -r -F
complete -c trackersync -n "__fish_trackersync_using_subcommand budget; and __fish_seen_subcommand_from reset" -l busy-ms -d 'How long to wait for other processes that use the state, in milliseconds' -r
complete -c trackersync -n "__fish_trackersync_using_subcommand budget; and __fish_seen_subcommand_from reset" -l color -d 'When to use colour (NO_COLOR and TERM=dumb are respected)' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c trackersync -n "__fish_trackersync_using_subcommand budget; and __fish_seen_subcommand_from reset" -l global -d 'All keys together'
complete -c trackersync -n "__fish_trackersync_using_subcommand budget; and __fish_seen_subcommand_from reset" -l state-on-network -d 'Accept a state file on a network file system, whose locks may not hold'
complete -c trackersync -n "__fish_trackersync_using_subcommand budget; and __fish_seen_subcommand_from reset" -l json -d 'Print one JSON document instead of a table'
complete -c trackersync -n "__fish_trackersync_using_subcommand budget; and __fish_seen_subcommand_from reset" -s q -l quiet -d 'Print errors only'
complete -c trackersync -n "__fish_trackersync_using_subcommand budget; and __fish_seen_subcommand_from reset" -s v -l verbose -d 'Print every finding and what is being done'
complete -c trackersync -n "__fish_trackersync_using_subcommand budget; and __fish_seen_subcommand_from reset" -l no-progress -d 'Show no progress bar (there is none anyway unless stderr is a terminal)'
complete -c trackersync -n "__fish_trackersync_using_subcommand budget; and __fish_seen_subcommand_from reset" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c trackersync -n "__fish_trackersync_using_subcommand budget; and __fish_seen_subcommand_from reset" -s V -l version -d 'Print version'
complete -c trackersync -n "__fish_trackersync_using_subcommand budget; and __fish_seen_subcommand_from help" -f -a "set" -d 'Set a limit, what happens at it, or a label'
complete -c trackersync -n "__fish_trackersync_using_subcommand budget; and __fish_seen_subcommand_from help" -f -a "show" -d 'Show the limits of a key'
complete -c trackersync -n "__fish_trackersync_using_subcommand budget; and __fish_seen_subcommand_from help" -f -a "list" -d 'List every key with its limits'
complete -c trackersync -n "__fish_trackersync_using_subcommand budget; and __fish_seen_subcommand_from help" -f -a "block" -d 'Refuse every conversion of a key (exit 77)'
complete -c trackersync -n "__fish_trackersync_using_subcommand budget; and __fish_seen_subcommand_from help" -f -a "unblock" -d 'End the block of a key'
complete -c trackersync -n "__fish_trackersync_using_subcommand budget; and __fish_seen_subcommand_from help" -f -a "reset" -d 'Set what is used in the current periods back to 0; the ledger keeps its entries'
complete -c trackersync -n "__fish_trackersync_using_subcommand budget; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c trackersync -n "__fish_trackersync_using_subcommand status" -l state -d 'State file with the budget, the uploads and the conversions' -r -F
complete -c trackersync -n "__fish_trackersync_using_subcommand status" -l busy-ms -d 'How long to wait for other processes that use the state, in milliseconds' -r
complete -c trackersync -n "__fish_trackersync_using_subcommand status" -l color -d 'When to use colour (NO_COLOR and TERM=dumb are respected)' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c trackersync -n "__fish_trackersync_using_subcommand status" -l verify -d 'Read the whole state: SQLite\'s integrity check, and the ledger counted anew'
complete -c trackersync -n "__fish_trackersync_using_subcommand status" -l state-on-network -d 'Accept a state file on a network file system, whose locks may not hold'
complete -c trackersync -n "__fish_trackersync_using_subcommand status" -l json -d 'Print one JSON document instead of a table'
complete -c trackersync -n "__fish_trackersync_using_subcommand status" -s q -l quiet -d 'Print errors only'
complete -c trackersync -n "__fish_trackersync_using_subcommand status" -s v -l verbose -d 'Print every finding and what is being done'
complete -c trackersync -n "__fish_trackersync_using_subcommand status" -l no-progress -d 'Show no progress bar (there is none anyway unless stderr is a terminal)'
complete -c trackersync -n "__fish_trackersync_using_subcommand status" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c trackersync -n "__fish_trackersync_using_subcommand status" -s V -l version -d 'Print version'
complete -c trackersync -n "__fish_trackersync_using_subcommand maintain" -l key -d 'Key whose conversions on the lifeboat are entered into the ledger (default: the local user\'s)' -r
complete -c trackersync -n "__fish_trackersync_using_subcommand maintain" -l state -d 'State file with the budget, the uploads and the conversions' -r -F
complete -c trackersync -n "__fish_trackersync_using_subcommand maintain" -l busy-ms -d 'How long to wait for other processes that use the state, in milliseconds' -r
complete -c trackersync -n "__fish_trackersync_using_subcommand maintain" -l color -d 'When to use colour (NO_COLOR and TERM=dumb are respected)' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c trackersync -n "__fish_trackersync_using_subcommand maintain" -l repair -d 'Rescue a damaged state file: keeps a copy and rebuilds what can be read'
complete -c trackersync -n "__fish_trackersync_using_subcommand maintain" -l state-on-network -d 'Accept a state file on a network file system, whose locks may not hold'
complete -c trackersync -n "__fish_trackersync_using_subcommand maintain" -l json -d 'Print one JSON document instead of a table'
complete -c trackersync -n "__fish_trackersync_using_subcommand maintain" -s q -l quiet -d 'Print errors only'
complete -c trackersync -n "__fish_trackersync_using_subcommand maintain" -s v -l verbose -d 'Print every finding and what is being done'
complete -c trackersync -n "__fish_trackersync_using_subcommand maintain" -l no-progress -d 'Show no progress bar (there is none anyway unless stderr is a terminal)'
complete -c trackersync -n "__fish_trackersync_using_subcommand maintain" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c trackersync -n "__fish_trackersync_using_subcommand maintain" -s V -l version -d 'Print version'
complete -c trackersync -n "__fish_trackersync_using_subcommand inspect" -l state -d 'State file with the budget, the uploads and the conversions' -r -F
complete -c trackersync -n "__fish_trackersync_using_subcommand inspect" -l busy-ms -d 'How long to wait for other processes that use the state, in milliseconds' -r
complete -c trackersync -n "__fish_trackersync_using_subcommand inspect" -l color -d 'When to use colour (NO_COLOR and TERM=dumb are respected)' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c trackersync -n "__fish_trackersync_using_subcommand inspect" -l csv -d 'Print CSV instead of a table'
complete -c trackersync -n "__fish_trackersync_using_subcommand inspect" -l state-on-network -d 'Accept a state file on a network file system, whose locks may not hold'
complete -c trackersync -n "__fish_trackersync_using_subcommand inspect" -l json -d 'Print one JSON document instead of a table'
complete -c trackersync -n "__fish_trackersync_using_subcommand inspect" -s q -l quiet -d 'Print errors only'
complete -c trackersync -n "__fish_trackersync_using_subcommand inspect" -s v -l verbose -d 'Print every finding and what is being done'
complete -c trackersync -n "__fish_trackersync_using_subcommand inspect" -l no-progress -d 'Show no progress bar (there is none anyway unless stderr is a terminal)'
complete -c trackersync -n "__fish_trackersync_using_subcommand inspect" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c trackersync -n "__fish_trackersync_using_subcommand inspect" -s V -l version -d 'Print version'
complete -c trackersync -n "__fish_trackersync_using_subcommand verify" -l state -d 'State file with the budget, the uploads and the conversions' -r -F
complete -c trackersync -n "__fish_trackersync_using_subcommand verify" -l busy-ms -d 'How long to wait for other processes that use the state, in milliseconds' -r
complete -c trackersync -n "__fish_trackersync_using_subcommand verify" -l color -d 'When to use colour (NO_COLOR and TERM=dumb are respected)' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c trackersync -n "__fish_trackersync_using_subcommand verify" -l state-on-network -d 'Accept a state file on a network file system, whose locks may not hold'
complete -c trackersync -n "__fish_trackersync_using_subcommand verify" -l json -d 'Print one JSON document instead of a table'
complete -c trackersync -n "__fish_trackersync_using_subcommand verify" -s q -l quiet -d 'Print errors only'
complete -c trackersync -n "__fish_trackersync_using_subcommand verify" -s v -l verbose -d 'Print every finding and what is being done'
complete -c trackersync -n "__fish_trackersync_using_subcommand verify" -l no-progress -d 'Show no progress bar (there is none anyway unless stderr is a terminal)'
complete -c trackersync -n "__fish_trackersync_using_subcommand verify" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c trackersync -n "__fish_trackersync_using_subcommand verify" -s V -l version -d 'Print version'
complete -c trackersync -n "__fish_trackersync_using_subcommand completions" -l state -d 'State file with the budget, the uploads and the conversions' -r -F
complete -c trackersync -n "__fish_trackersync_using_subcommand completions" -l busy-ms -d 'How long to wait for other processes that use the state, in milliseconds' -r
complete -c trackersync -n "__fish_trackersync_using_subcommand completions" -l color -d 'When to use colour (NO_COLOR and TERM=dumb are respected)' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c trackersync -n "__fish_trackersync_using_subcommand completions" -l state-on-network -d 'Accept a state file on a network file system, whose locks may not hold'
complete -c trackersync -n "__fish_trackersync_using_subcommand completions" -l json -d 'Print one JSON document instead of a table'
complete -c trackersync -n "__fish_trackersync_using_subcommand completions" -s q -l quiet -d 'Print errors only'
complete -c trackersync -n "__fish_trackersync_using_subcommand completions" -s v -l verbose -d 'Print every finding and what is being done'
complete -c trackersync -n "__fish_trackersync_using_subcommand completions" -l no-progress -d 'Show no progress bar (there is none anyway unless stderr is a terminal)'
complete -c trackersync -n "__fish_trackersync_using_subcommand completions" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c trackersync -n "__fish_trackersync_using_subcommand completions" -s V -l version -d 'Print version'
complete -c trackersync -n "__fish_trackersync_using_subcommand man" -l state -d 'State file with the budget, the uploads and the conversions' -r -F
complete -c trackersync -n "__fish_trackersync_using_subcommand man" -l busy-ms -d 'How long to wait for other processes that use the state, in milliseconds' -r
complete -c trackersync -n "__fish_trackersync_using_subcommand man" -l color -d 'When to use colour (NO_COLOR and TERM=dumb are respected)' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c trackersync -n "__fish_trackersync_using_subcommand man" -l state-on-network -d 'Accept a state file on a network file system, whose locks may not hold'
complete -c trackersync -n "__fish_trackersync_using_subcommand man" -l json -d 'Print one JSON document instead of a table'
complete -c trackersync -n "__fish_trackersync_using_subcommand man" -s q -l quiet -d 'Print errors only'
complete -c trackersync -n "__fish_trackersync_using_subcommand man" -s v -l verbose -d 'Print every finding and what is being done'
complete -c trackersync -n "__fish_trackersync_using_subcommand man" -l no-progress -d 'Show no progress bar (there is none anyway unless stderr is a terminal)'
complete -c trackersync -n "__fish_trackersync_using_subcommand man" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c trackersync -n "__fish_trackersync_using_subcommand man" -s V -l version -d 'Print version'
complete -c trackersync -n "__fish_trackersync_using_subcommand help; and not __fish_seen_subcommand_from convert upload validate download usage budget status maintain inspect verify completions man help" -f -a "convert" -d 'Convert an export: the main job, all four stages in one go'
complete -c trackersync -n "__fish_trackersync_using_subcommand help; and not __fish_seen_subcommand_from convert upload validate download usage budget status maintain inspect verify completions man help" -f -a "upload" -d 'Take in an export and print an upload id, valid for an hour'
complete -c trackersync -n "__fish_trackersync_using_subcommand help; and not __fish_seen_subcommand_from convert upload validate download usage budget status maintain inspect verify completions man help" -f -a "validate" -d 'Read and check every record, print the report, write nothing; free of charge'
complete -c trackersync -n "__fish_trackersync_using_subcommand help; and not __fish_seen_subcommand_from convert upload validate download usage budget status maintain inspect verify completions man help" -f -a "download" -d 'Hand over the files of a conversion that was made from an upload id'
complete -c trackersync -n "__fish_trackersync_using_subcommand help; and not __fish_seen_subcommand_from convert upload validate download usage budget status maintain inspect verify completions man help" -f -a "usage" -d 'Show what is used and left of the budget, and when it resets'
complete -c trackersync -n "__fish_trackersync_using_subcommand help; and not __fish_seen_subcommand_from convert upload validate download usage budget status maintain inspect verify completions man help" -f -a "budget" -d 'Set, show and list limits; block, unblock and reset keys'
complete -c trackersync -n "__fish_trackersync_using_subcommand help; and not __fish_seen_subcommand_from convert upload validate download usage budget status maintain inspect verify completions man help" -f -a "status" -d 'Look whether the state is as it should be; changes nothing'
complete -c trackersync -n "__fish_trackersync_using_subcommand help; and not __fish_seen_subcommand_from convert upload validate download usage budget status maintain inspect verify completions man help" -f -a "maintain" -d 'Clean up: expired uploads and conversions, interrupted outputs, a damaged state'
complete -c trackersync -n "__fish_trackersync_using_subcommand help; and not __fish_seen_subcommand_from convert upload validate download usage budget status maintain inspect verify completions man help" -f -a "inspect" -d 'Decode FIT files with an independent reader'
complete -c trackersync -n "__fish_trackersync_using_subcommand help; and not __fish_seen_subcommand_from convert upload validate download usage budget status maintain inspect verify completions man help" -f -a "verify" -d 'Check every file of an output against its manifest'
complete -c trackersync -n "__fish_trackersync_using_subcommand help; and not __fish_seen_subcommand_from convert upload validate download usage budget status maintain inspect verify completions man help" -f -a "completions" -d 'Print shell completions'
complete -c trackersync -n "__fish_trackersync_using_subcommand help; and not __fish_seen_subcommand_from convert upload validate download usage budget status maintain inspect verify completions man help" -f -a "man" -d 'Print the man page'
complete -c trackersync -n "__fish_trackersync_using_subcommand help; and not __fish_seen_subcommand_from convert upload validate download usage budget status maintain inspect verify completions man help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c trackersync -n "__fish_trackersync_using_subcommand help; and __fish_seen_subcommand_from budget" -f -a "set" -d 'Set a limit, what happens at it, or a label'
complete -c trackersync -n "__fish_trackersync_using_subcommand help; and __fish_seen_subcommand_from budget" -f -a "show" -d 'Show the limits of a key'
complete -c trackersync -n "__fish_trackersync_using_subcommand help; and __fish_seen_subcommand_from budget" -f -a "list" -d 'List every key with its limits'
complete -c trackersync -n "__fish_trackersync_using_subcommand help; and __fish_seen_subcommand_from budget" -f -a "block" -d 'Refuse every conversion of a key (exit 77)'
complete -c trackersync -n "__fish_trackersync_using_subcommand help; and __fish_seen_subcommand_from budget" -f -a "unblock" -d 'End the block of a key'
complete -c trackersync -n "__fish_trackersync_using_subcommand help; and __fish_seen_subcommand_from budget" -f -a "reset" -d 'Set what is used in the current periods back to 0; the ledger keeps its entries'
