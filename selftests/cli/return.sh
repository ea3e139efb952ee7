# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# What the tests of devices that come back share: a real USB device on a virtual host controller
# (devtask-dfu), its metadata, a servicing task that reads on, and a helper that can be killed. To be
# sourced in the virtual machine. shellcheck sees not that the callers use the variables.
# shellcheck disable=SC2034
. selftests/cli/guest.sh
PATH=$PWD/build/selftests/devices:$PATH
modprobe -a vhci_hcd uhid hid_generic
mkdir -p /run/udev/rules.d
cat > /run/udev/rules.d/50-test.rules <<'END'
SUBSYSTEM=="usb", ENV{DEVTYPE}=="usb_device", ATTR{idVendor}=="1209", \
	ENV{DEVTASK_COMPANION_IDS}="1209:db02", ENV{DEVTASK_RETURN_SECONDS}="20"
END
udevadm control --reload

no_helper() {
	! pgrep -x devtaskd > "$tap_dir/silenced"
}

start_helper() {
	devtaskd 2>> "$tap_dir/log" &
	helper=$!
	until_true silently devtaskctl doctor
}

kill_helper() {
	kill -KILL "$helper"
	wait "$helper" 2> /dev/null || true
	until_true no_helper
}

# at PORT: a USB device is at that port of the virtual controller.
at() {
	local dir

	for dir in /sys/devices/platform/vhci_hcd.0/usb*/*-$(($1 + 1)); do
		[ ! -e "$dir/speed" ] || return 0
	done
	return 1
}

empty() {
	! at "$1"
}

# plug ID PORT: sets device.
plug() {
	devtask-dfu --firmware "$tap_dir/firmware" --id "$1" --port "$2" --log "$tap_dir/device" &
	device=$!
	until_true at "$2"
}

unplug() {
	kill "$device"
	wait "$device" 2> /dev/null || true
	until_true empty 0
	until_true empty 1
}

known() {
	devtaskctl devices --json | jq -e --arg id "$1" 'any(.hardware_id == $id)' > "$tap_dir/jq"
}

# service OPTION... -- COMMAND...: a task in the background; sets tool, id. What it says is in task.
service() {
	: > "$tap_dir/task"
	devtaskctl run --type servicing "$@" < /dev/null > "$tap_dir/task" 2> "$tap_dir/tool" &
	tool=$!
	until_true one_task
	id=$(devtaskctl list --json | jq '.[0].id')
}

one_task() {
	[ "$(devtaskctl list --json | jq 'map(select(.state == "running")) | length')" = 1 ]
}

no_task() {
	[ "$(devtaskctl list --json | jq length)" = 0 ]
}

# said TEXT NUMBER: it has said the line so often.
said() {
	[ "$(grep -cx "$1" "$tap_dir/task")" = "$2" ]
}

has_event() {
	[ "$(devtaskctl events --json | jq -s --argjson id "$id" --arg kind "$1" \
		'map(select(.task_id == $id and .kind == $kind)) | length')" = "$2" ]
}

# ns_of KIND: of the last such event of the task.
ns_of() {
	devtaskctl events --json | jq -s --argjson id "$id" --arg kind "$1" \
		'map(select(.task_id == $id and .kind == $kind)) | last.time_ns'
}

canceled() {
	devtaskctl events --json | jq -s --argjson id "$id" \
		'map(select(.task_id == $id and .kind == "canceled")) | last'
}

logged() {
	grep -q "$1" "$tap_dir/log"
}

mkdir -p /etc/devtask
printf '[cpu-floor]\nservicing = off\n' > /etc/devtask/devtask.conf
: > "$tap_dir/firmware"
: > "$tap_dir/log"
kill "$(helper_pid)"
until_true no_helper
start_helper
status=0 out='' err=''
plug 1209:db01 0
until_true known usb:1209:db01
follow=(--device usb:1209:db01 -- follower 99 1209:db01 1209:db02 1209:db03)
