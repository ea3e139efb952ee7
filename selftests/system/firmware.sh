# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# A device whose firmware is updated, on the stage: the emulated thermometer, what its maker says of
# it, firmware, and Debian's dfu-util with which it is updated. Needs stage.sh. To be sourced in the
# test machine. Variables that are set for the caller are named in the comment of the function.
# shellcheck disable=SC2034

firmware_device=usb:1209:db01
firmware_boot_loader=usb:1209:db02
firmware_rules=/run/udev/rules.d/20-thermometer.rules
firmware_app=Example.Updater
firmware_bytes=20000
firmware_pid=

# What the maker of the device says: firmware_describe PRIVILEGED-APPS SECONDS
firmware_describe() {
	install -d "${firmware_rules%/*}"
	cat > "$firmware_rules" <<-END
		SUBSYSTEM!="usb", GOTO="end"
		ENV{DEVTYPE}!="usb_device", GOTO="end"
		ATTR{idVendor}!="1209", GOTO="end"
		ATTR{idProduct}!="db0[12]", GOTO="end"
		ENV{DEVTASK_NAME}="Thermometer"
		ENV{DEVTASK_PRIVILEGED_APPS}="$1"
		ENV{DEVTASK_COMPANION_IDS}="1209:db01 1209:db02"
		ENV{DEVTASK_RETURN_SECONDS}="$2"
		LABEL="end"
	END
	udevadm control --reload
}

# Before the first device. Sets firmware_image and firmware_file: the firmware is as a maker ships
# it, what is to be stored and a suffix that says for whom.
firmware_open() {
	modprobe vhci_hcd
	install -d -m 0755 /etc/devtask
	firmware_image=$stage_dir/firmware.image
	firmware_file=/tmp/firmware.dfu
	head -c $firmware_bytes /dev/urandom > "$firmware_image"
	cp "$firmware_image" "$firmware_file"
	dfu-suffix --vid 1209 --add "$firmware_file" > "$stage_dir/suffix"
	chmod 0644 "$firmware_file"
	firmware_describe "$firmware_app!CN=Example" 20
}

# firmware_hear SECONDS CONDITION...: as stage_await, for minutes: it is looked at only when something
# is said.
firmware_hear() {
	local end

	stage_clock
	end=$((stage_now_ns + $1 * 1000000000))
	shift
	until "$@"; do
		stage_take 10000 || true
		stage_clock
		[ "$stage_now_ns" -lt "$end" ] || return 1
	done
}

# Pass what happens to the device on to the stream: device|TIME|EVENT|thermometer|BYTES|ID
firmware_relay() {
	local line time event id

	while IFS= read -r line; do
		stage_member "$line" time_ns
		time=$stage_found
		stage_member "$line" event
		event=$stage_found
		stage_member "$line" id
		id=$stage_found
		stage_member "$line" bytes
		printf 'device|%s|%s|thermometer|%s|%s\n' "$time" "$event" "$stage_found" "$id"
	done > "$stage_dir/stream"
}

# firmware_plug OPTION...: plug the thermometer in, with old firmware; what it stores is in
# firmware_flash.
firmware_plug() {
	local id=1209:db01

	[[ " $* " != *" --dfu-mode "* ]] || id=1209:db02
	firmware_flash=$stage_dir/flash
	echo old > "$firmware_flash"
	rm -f "$stage_dir/thermometer.log"
	mkfifo "$stage_dir/thermometer.log"
	firmware_relay < "$stage_dir/thermometer.log" &
	"$stage_bin/devtask-dfu" --firmware "$firmware_flash" --log "$stage_dir/thermometer.log" \
		"$@" &
	firmware_pid=$!
	stage_pids+=("$firmware_pid")
	firmware_await "$id"
}

# Wait until the device is there, and devtask knows it, under an id.
firmware_await() {
	stage_until "the thermometer is attached as $1" stage_attached "$1"
	udevadm settle
}

firmware_unplug() {
	kill "$firmware_pid"
	wait "$firmware_pid" 2> /dev/null || true
	stage_until "the thermometer is gone" firmware_is_gone
	udevadm settle
}

firmware_is_gone() {
	! stage_attached 1209:db01 && ! stage_attached 1209:db02
}

# firmware_run NAME OPTION...: have root update the device with dfu-util, as stage_run.
firmware_run() {
	local name=$1

	shift
	stage_type=servicing stage_run "$name" "$firmware_device" dfu-util \
		--device 1209:db01,1209:db02 "$@" --download "$firmware_file"
}

firmware_is_stored() {
	cmp -s "$firmware_image" "$firmware_flash"
}

firmware_is_old() {
	[ "$(< "$firmware_flash")" = old ]
}
