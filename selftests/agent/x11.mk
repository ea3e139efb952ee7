# SPDX-License-Identifier: GPL-2.0-only
#
# Programs of the tests of devtask-x11.

all: $(OUT)/x11_window $(OUT)/x11_watch $(OUT)/x11_cheat

$(OUT)/x11_window: x11_window.c
	@mkdir -p $(@D)
	@echo "  LD      $(@:$(TOP)/%=%)"
	@$(CC) $(CPPFLAGS) $(CFLAGS) -o $@ $< $(shell pkg-config --libs xcb)

$(OUT)/x11_cheat: x11_cheat.c
	@mkdir -p $(@D)
	@echo "  LD      $(@:$(TOP)/%=%)"
	@$(CC) $(CPPFLAGS) $(CFLAGS) -o $@ $<

# The rooms of devtask-x11, with another way to tell.
$(OUT)/x11_watch: x11_watch.c $(TOP)/build/bin/devtask-x11
	@mkdir -p $(@D)
	@echo "  LD      $(@:$(TOP)/%=%)"
	@$(CC) $(CPPFLAGS) -I$(TOP)/userspace/agent -I$(TOP)/userspace/common $(CFLAGS) -o $@ $< \
		$(TOP)/build/userspace/libagent.a $(TOP)/build/userspace/libcommon.a \
		$(shell pkg-config --libs xcb xcb-res)
