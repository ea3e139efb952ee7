# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# The hand on the test machine's battery and charger; see battery.dsl. To be sourced.

# shellcheck disable=SC2034 # for who sources it
battery_no_ac=1
battery_absent=2
battery_silent=4

# battery_write PERCENT BITS: there is what these add up to.
battery_write() {
	# shellcheck disable=SC2059 # the format is the byte
	printf "\\x$(printf %02x "$1")\\x$(printf %02x "$2")" |
		dd of=/dev/port bs=1 seek=$((0x81)) conv=notrunc status=none
}

# battery_start PERCENT BITS: the drivers, which shall ask the firmware each time.
battery_start() {
	battery_write "$1" "$2"
	modprobe -a ac battery
	echo 0 > /sys/module/battery/parameters/cache_time
}

battery_is_there() {
	[ -e /sys/class/power_supply/BAT0/capacity ]
}

battery_is_gone() {
	! battery_is_there
}
