# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# Packages of any Debian suite from the mirror this host already uses, checked by apt's
# signatures, without touching the host's own package lists or installing anything.
# Sourced after lib.sh. It must not know what is done with the packages.

# Prints "BASE-URI SUITE" of every source that the host's apt knows.
apt_host_sources() {
	apt-get update --print-uris |
		sed -n "s#^'\(.*\)/dists/\(.*\)/InRelease'.*#\1 \2#p"
}

# apt_source SUITE: a one-line source for SUITE at the host's mirror. Debian keeps its security
# suites in another tree than the rest.
apt_source() {
	local suite=$1 base='' uri host_suite codename keyring signed=''

	codename=$(. /etc/os-release && echo "${VERSION_CODENAME:-}")
	while read -r uri host_suite; do
		case $suite:$host_suite in
		*-security:*-security) base=$uri ;;
		*-security:*) ;;
		*:"$codename") base=$uri ;;
		esac
	done < <(apt_host_sources)
	[ -n "$base" ] || return 1
	keyring=/usr/share/keyrings/debian-archive-keyring.gpg
	[ ! -e $keyring ] || signed="[signed-by=$keyring] "
	echo "deb $signed$base $suite main"
}

# apt_in AREA PROGRAM ARGS...: run apt-get or apt-cache on AREA's own lists.
apt_in() {
	local dir=$cache_dir/apt/$1 program=$2 release=''
	# Backports are only candidates where they are asked for by name.
	[[ $1 != *-backports ]] || release=$1
	shift 2
	"$program" -q -o APT::Default-Release="$release" \
		-o Dir::State="$dir" -o Dir::State::lists="$dir/lists" \
		-o Dir::State::status="$dir/status" -o Dir::Cache="$dir/cache" \
		-o Dir::Etc::sourcelist="$dir/sources.list" -o Dir::Etc::sourceparts=/dev/null \
		-o Dir::Etc::preferencesparts=/dev/null -o Dir::Etc::preferences=/dev/null \
		-o APT::Sandbox::User="$(id -un)" -o Debug::NoLocking=1 \
		-o Acquire::Retries=3 -o Acquire::Languages=none "$@"
}

# apt_refresh AREA SUITE...: bring AREA's lists up to date; its lock is the caller's business.
apt_refresh() {
	local area=$1 dir=$cache_dir/apt/$1 suite
	shift
	mkdir -p "$dir/lists/partial" "$dir/cache/archives/partial"
	: > "$dir/status"
	for suite; do
		apt_source "$suite"
	done > "$dir/sources.list.new" || return 1
	[ -s "$dir/sources.list.new" ] || return 1
	mv "$dir/sources.list.new" "$dir/sources.list"
	apt_in "$area" apt-get update --allow-releaseinfo-change -o APT::Update::Error-Mode=any >&2
}

# apt_codename AREA: of the area's first suite, as its signed Release file has it.
apt_codename() {
	apt_in "$1" apt-cache policy |
		sed -n "s/.* release .*a=$1,n=\\([^,]*\\),.*/\\1/p" | head -n 1
}

# apt_version AREA PACKAGE: the candidate's version.
apt_version() {
	apt_in "$1" apt-cache policy "$2" | sed -n 's/^  Candidate: //p' | grep -v '^(none)$'
}

# apt_closure AREA REGEX PACKAGE...: the packages and all they depend on whose names match.
apt_closure() {
	local area=$1 regex=$2
	shift 2
	apt_in "$area" apt-cache depends --recurse --no-recommends --no-suggests --no-conflicts \
		--no-breaks --no-replaces --no-enhances "$@" | grep -E "^$regex" | sort -u
}

# apt_unpack AREA DIR PACKAGE...: download and unpack below DIR.
apt_unpack() {
	local area=$1 dir=$2 debs=$2.debs deb
	shift 2
	mkdir -p "$dir" "$debs"
	(cd "$debs" && apt_in "$area" apt-get download "$@" >&2) || return 1
	for deb in "$debs"/*.deb; do
		dpkg -x "$deb" "$dir" || return 1
	done
	rm -r "$debs"
}
