# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# Frame of a system test: a file of functions whose names are sentences and whose comments name
# the requirement ids, each run by "play"; or of scenes that bear out several sentences, each said
# by "verdict" with the ids above it. Prints lines of TAP without numbers and plan, which
# selftests/system/run adds. To be sourced in the test machine, with the checkout as directory.

. selftests/system/stage.sh
. selftests/system/facts.sh

play_failed=0

# All that was said is shown if a play fails.
stage_hear() {
	play_heard+=("$*")
}

play_show() {
	local line

	for line in "${faults[@]}"; do
		echo "# $line"
	done
	echo "# what was heard:"
	for line in "${play_heard[@]}"; do
		echo "#   $line"
	done
}

# Nothing of one play may be left in the next.
play_clean_up() {
	local number

	for number in "${!stage_logger_pid[@]}"; do
		stage_logger_stop "$number"
	done
	stage_until "all tasks have ended" play_no_task
}

play_no_task() {
	[[ $(devtaskctl list --json) =~ ^\[\ *\]$ ]]
}

# verdict SENTENCE: say whether it is so, by the faults since the last verdict.
verdict() {
	if [ ${#faults[@]} = 0 ]; then
		echo "ok $1"
	else
		play_failed=1
		echo "not ok $1"
		play_show
	fi
	faults=()
}

# scene FUNCTION: run what says its verdicts itself.
scene() {
	play_heard=()
	faults=()
	stage_forget
	"$1"
	play_clean_up
}

# play FUNCTION: run it, and say whether it bore out all that it must.
play() {
	play_heard=()
	faults=()
	stage_forget
	"$1"
	verdict "$1"
	play_clean_up
}

play_end() {
	exit $play_failed
}
