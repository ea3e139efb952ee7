# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# The demo's second part: Debian's dfu-util updates the firmware of a thermometer, which leaves the bus
# on the way. What the device stored is compared with what was sent. Needs the frame of the acts.
# shellcheck disable=SC2154

update_left_ns=

# The device of the task goes, or is there again.
hear_journey() {
	case $2 in
	detached)
		update_left_ns=$1
		picture_line "$1" kernel "the device is gone; the task stays, and nobody else gets the device"
		;;
	attached)
		picture_line "$1" kernel \
			"it is back after $(picture_seconds $(($1 - update_left_ns))) s, at its port: the task's access follows it"
		;;
	esac
}

hear_thermometer() {
	case $2 in
	plugged) picture_line "$1" device "is on the bus as $5: $(update_mode "$5")" ;;
	detach) picture_line "$1" device "was told to go into its boot loader" ;;
	away) picture_line "$1" device "has left the bus" ;;
	erased) picture_line "$1" device "has erased its old firmware" ;;
	block) picture_line "$1" device "has written $4 bytes" ;;
	manifested) picture_line "$1" device "has put its new firmware of $4 bytes in force" ;;
	esac
}

update_mode() {
	case $1 in
	1209:db01) echo "thermometer" ;;
	1209:db02) echo "the boot loader of the thermometer" ;;
	esac
}

# Of what dfu-util says, what tells how far it is.
hear_updater() {
	local text=${2##*$'\r'}

	case $text in
	'Device will detach'* | 'Opening DFU USB'* | 'Download done'* | 'Done!' | 'dfu-util: '* | Lost*)
		picture_line "$1" program "$text"
		;;
	esac
}

start_update() {
	say devtaskctl "run --type servicing --device $device -- dfu-util --download firmware.dfu"
	firmware_run update "$@"
	must "the task did not start" stage_await 20000 stage_has "$device" started
}

act_e() {
	local device=$firmware_device act_rule="30 minutes; the device may go and come back" stored=nothing

	begin_act e "Firmware: Debian's dfu-util updates a device that reboots into its boot loader and back"
	firmware_plug --away-ms 3000 --block-ms 100
	start_update
	await_end 60000 update
	must "it is not back as itself" stage_await 5000 stage_attached 1209:db01
	stage_await 500 false || true
	firmware_is_stored && stored="$firmware_bytes bytes"
	must_be "what the device has stored" "$stored" "$firmware_bytes bytes"
	must "the task was not told that the device went" stage_has "$device" detached
	must "its access did not follow" stage_has "$device" attached
	must_be "exit status of dfu-util" "$(facts_program_status "$device")" "status 0"
	must_be "exit status of devtaskctl" "${stage_exit[update]-none}" 0
	must_be "reason" "$(facts_reason "$device")" /
	end_act e "firmware" "$firmware_bytes bytes stored" \
		"$stored, away $(picture_seconds "$(between detached attached)") s"
	firmware_unplug
}

act_f() {
	local device=$firmware_device act_rule="the maker gives the device 20 s to come back"

	begin_act f "The device goes into its boot loader, and never comes back"
	firmware_plug --never-returns
	start_update --detach-delay 60
	await_end 60000 update
	must_be "reason" "$(facts_reason "$device")" condition-loss/device-not-returned
	must_lie_between "ns that it was waited for" "$(event canceled measured_ns)" \
		20000000000 20500000000
	must_be "exit status of devtaskctl" "${stage_exit[update]-none}" "$facts_canceled"
	must "the device has stored something" firmware_is_old
	end_act f "never returns" "cancelled after 20 s" "after $(picture_seconds "$(event canceled measured_ns)") s"
	firmware_unplug
}
