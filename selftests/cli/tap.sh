# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# What the tests of the command line share: run a command, hold what it says against what it must
# say, print TAP. To be sourced; the script ends with tap_end.

tap_number=0 tap_failed=0
tap_dir=$(mktemp -d)

# ok NAME, not_ok NAME [REMARK...]
ok() {
	tap_number=$((tap_number + 1))
	echo "ok $tap_number - $1"
}

not_ok() {
	tap_number=$((tap_number + 1)) tap_failed=1
	echo "not ok $tap_number - $1"
	shift
	printf '%s\n' "$@" | sed 's/^/# /'
}

skip() {
	tap_number=$((tap_number + 1))
	echo "ok $tap_number - $1 # SKIP $2"
}

# Run a command; sets status, out, err.
run() {
	status=0
	"$@" > "$tap_dir/out" 2> "$tap_dir/err" < /dev/null || status=$?
	out=$(< "$tap_dir/out") err=$(< "$tap_dir/err")
}

# check NAME CONDITION...: the condition is a command.
check() {
	local name=$1

	shift
	if "$@"; then
		ok "$name"
	else
		not_ok "$name" "failed: $*" "exit status: $status" "stdout: $out" "stderr: $err"
	fi
}

# refused NAME STATUS TEXT COMMAND...: the command ends with STATUS, says nothing on standard
# output and exactly one line on standard error, which contains TEXT.
refused() {
	local name=$1 want=$2 text=$3

	shift 3
	run "$@"
	check "$name" said_once "$want" "$text"
}

said_once() {
	[ "$status" = "$1" ] && [ -z "$out" ] && [ -n "$err" ] &&
		[ "$(wc -l < "$tap_dir/err")" = 1 ] && [[ $err == *"$2"* ]]
}

# until_true COMMAND...: wait for what nobody announces; false after a long while.
until_true() {
	local tries=0 pause=0.02

	until "$@"; do
		[ $((tries += 1)) -lt 100 ] || return 1
		[ $tries -lt 20 ] || pause=1
		read -r -t $pause <> <(:) || true
	done
}

# For a condition that talks.
silently() {
	"$@" > "$tap_dir/silenced" 2>&1
}

tap_died() {
	echo "Bail out! ended early with status $?, after: ${BASH_COMMAND}"
	exit 1
}
trap tap_died EXIT

tap_end() {
	trap - EXIT
	rm -rf "$tap_dir"
	echo "1..$tap_number"
	exit "$tap_failed"
}

echo 'TAP version 13'
