# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# What the tests in the virtual machine share: HID devices, tasks in the background. To be sourced.
# Variables that are set for the caller are named in the comment of the function that sets them.
# shellcheck disable=SC2034
. selftests/cli/tap.sh
tests=$PWD/build/selftests/cli
PATH=$PWD/build/bin:$tests:$PATH

# attach NUMBER SERIAL: a HID device 1209:000NUMBER; sets device_pid, node.
attach() {
	local id=1209:000$1

	hid-device 1209 "000$1" "Echo $1" "$2" &
	device_pid=$!
	until_true device_named "$id" "$2" || { echo 'Bail out! no HID device'; exit 1; }
}

device_named() {
	node=$(devtaskctl devices --json | jq -r --arg id "hid:$1" --arg serial "$2" \
		'.[] | select(.hardware_id == $id and .serial == $serial) | .path')
	[ -n "$node" ] && [ -e "$node" ]
}

# A task that waits for its end, whatever else it does: no I/O is asked of it.
patient=(--type use --io-interval 0 --device hid:1209:0001)

# start COMMAND...: a detached task; sets id, cgroup, pid (of its first process).
start() {
	# Not a pipe of $(...): the task would hold it open.
	devtaskctl run "${patient[@]}" --detach --json "${start_options[@]}" -- "$@" \
		< /dev/null > "$tap_dir/started"
	read -r id cgroup < <(grep "^{" "$tap_dir/started" | jq -r '"\(.id) \(.trigger)"')
	cgroup=/sys/fs/cgroup/devtask/$cgroup
	pid=$(head -n 1 "$cgroup/cgroup.procs")
}
start_options=()

gone() {
	! devtaskctl status "$1" > /dev/null 2>&1
}

helper_pid() {
	pgrep -x devtaskd | head -n 1
}
