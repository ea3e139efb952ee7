# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# What a play must bear out, collected in "faults", one sentence for each that it does not; and
# the numbers that plays compare with. Needs stage.sh.
# shellcheck disable=SC2034

facts_sync=$PWD/build/selftests/devices/logger-sync

# Exit statuses of devtaskctl run.
facts_canceled=125
facts_time_exceeded=124
facts_not_there=66
facts_no_program=127

# Exit statuses of logger-sync.
facts_no_device=3
facts_lost_device=4
facts_stopped=6

facts_sigkill=9

# A kernel that checks itself needs more instructions, and virtual time is instructions: what may
# be late may there be later.
facts_slack=1
[ "${DEVTASK_VM-}" != debug ] || facts_slack=5

faults=()

# must WHAT-IF-NOT COMMAND...
must() {
	local what=$1

	shift
	"$@" || faults+=("$what")
}

# must_be WHAT SEEN WANTED
must_be() {
	[ "$2" = "$3" ] || faults+=("$1: \"$2\" instead of \"$3\"")
}

# must_lie_between WHAT SEEN LEAST MOST
must_lie_between() {
	[[ $2 =~ ^-?[0-9]+$ ]] && [ "$2" -ge "$3" ] && [ "$2" -le "$4" ] ||
		faults+=("$1: \"$2\" is not between $3 and $4")
}

# Time from one event of DEVICE to another, in ns; "none" if one has not come.
facts_between() {
	local from to

	from=$(stage_value "$1" "$2" time_ns)
	to=$(stage_value "$1" "$3" time_ns)
	if [ -n "$from" ] && [ -n "$to" ]; then
		echo $((to - from))
	else
		echo none
	fi
}

# REASON/DETAIL of the cancellation of DEVICE's task; "/" if there was none.
facts_reason() {
	echo "$(stage_value "$1" canceled reason)/$(stage_value "$1" canceled detail)"
}

# How the program ended, from the event "ended": "status N" or "signal N".
facts_program_status() {
	local status

	status=$(stage_value "$1" ended exit_status)
	if [ -z "$status" ]; then
		echo unknown
	elif [ $((status & 127)) = 0 ]; then
		echo "status $((status >> 8))"
	else
		echo "signal $((status & 127))"
	fi
}
