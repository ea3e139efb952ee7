# SPDX-License-Identifier: GPL-2.0-only
#
# The page of permissions: devtask-permissions. Rooms that draw need libadwaita, which brings GTK;
# without it they are left out, and userspace/install leaves out what belongs to them.

DESKTOP_PKGS := libadwaita-1
DESKTOP_DRAWS := $(OUT)/desktop/main.o $(OUT)/desktop/page.o $(OUT)/desktop/row.o \
		 $(OUT)/desktop/changes.o $(OUT)/desktop/reader.o
DESKTOP := $(filter-out $(DESKTOP_DRAWS),$(call objects,desktop))

ifeq ($(shell pkg-config --exists '$(DESKTOP_PKGS) >= 1.2' && echo yes),yes)
DESKTOP_PROGRAM := $(BIN)/devtask-permissions
else
DESKTOP_PROGRAM := desktop-is-left-out
endif

all: $(DESKTOP_PROGRAM)
libraries: $(OUT)/libdesktop.a
clean: desktop-clean

.PHONY: desktop-is-left-out desktop-clean
desktop-clean:
	$(Q)rm -f $(BUILD)/bin/devtask-permissions

desktop-is-left-out:
	@echo "  the page of permissions (devtask-permissions) is left out: install libadwaita-1-dev"

# GLib's headers cast as they like; the rest is the toolkit's own flags.
$(DESKTOP_DRAWS): CPPFLAGS += $(shell pkg-config --cflags $(DESKTOP_PKGS) 2> /dev/null | \
			       sed 's/-I/-isystem /g')

$(OUT)/libdesktop.a: $(DESKTOP)

$(BIN)/devtask-permissions: $(DESKTOP_DRAWS) $(OUT)/libdesktop.a $(OUT)/libcommon.a
	@mkdir -p $(@D)
	@echo "  LD      $(@:$(TOP)/%=%)"
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(LDLIBS) $(shell pkg-config --libs $(DESKTOP_PKGS))
