# The page: bundled by esbuild with Debian's React, where both are; from a tarball, which has it made, without either.
WEB_FILES = web/build.sh web/index.html \
    web/css/booking.css \
    web/css/controls.css \
    web/css/dialog.css \
    web/css/frame.css \
    web/css/ground.css \
    web/css/house.css \
    web/css/index.css \
    web/css/lists.css \
    web/css/print.css \
    web/css/repeat.css \
    web/css/week.css \
    web/lang/de.json \
    web/lang/en.json \
    web/lang/later/de.json \
    web/lang/later/en.json \
    web/src/after_frame.js \
    web/src/api.js \
    web/src/app.jsx \
    web/src/beginning.js \
    web/src/board/chosen.js \
    web/src/board/grid.jsx \
    web/src/board/keys.js \
    web/src/board/slots.js \
    web/src/booking/book_dialog.jsx \
    web/src/booking/fields.jsx \
    web/src/booking/refusal.jsx \
    web/src/booking/use_dry_run.js \
    web/src/booking/use_policy.js \
    web/src/booking/values.js \
    web/src/booking/words.js \
    web/src/components/day_choice.jsx \
    web/src/components/dialog.jsx \
    web/src/components/focus_back.js \
    web/src/components/form.jsx \
    web/src/components/icon.jsx \
    web/src/components/link.jsx \
    web/src/components/live.jsx \
    web/src/components/page.jsx \
    web/src/components/star.jsx \
    web/src/components/states.jsx \
    web/src/components/time_field.jsx \
    web/src/components/toasts.jsx \
    web/src/components/use_action.js \
    web/src/components/use_growing.js \
    web/src/components/zone_notice.jsx \
    web/src/drawn.js \
    web/src/favourites.js \
    web/src/forms.js \
    web/src/frame.jsx \
    web/src/i18n.js \
    web/src/kit.js \
    web/src/later/account.jsx \
    web/src/later/account_delete.jsx \
    web/src/later/account_device.jsx \
    web/src/later/account_password.jsx \
    web/src/later/account_profile.jsx \
    web/src/later/account_sessions.jsx \
    web/src/later/account_tokens.jsx \
    web/src/later/archive_room.jsx \
    web/src/later/booking_dialog.jsx \
    web/src/later/calendar.jsx \
    web/src/later/closure_dialog.jsx \
    web/src/later/closure_values.js \
    web/src/later/closures_list.jsx \
    web/src/later/conflict.jsx \
    web/src/later/csv.js \
    web/src/later/day_rooms.jsx \
    web/src/later/decide.js \
    web/src/later/doors.jsx \
    web/src/later/edit_room.jsx \
    web/src/later/entries.js \
    web/src/later/event_words.js \
    web/src/later/groups.jsx \
    web/src/later/history.jsx \
    web/src/later/import_rooms.jsx \
    web/src/later/in_the_way.jsx \
    web/src/later/index.js \
    web/src/later/log.jsx \
    web/src/later/log_read.js \
    web/src/later/mine.jsx \
    web/src/later/move_dialog.jsx \
    web/src/later/new_person.jsx \
    web/src/later/people.jsx \
    web/src/later/people_known.js \
    web/src/later/person.jsx \
    web/src/later/picker.jsx \
    web/src/later/policies.jsx \
    web/src/later/policy.jsx \
    web/src/later/policy_asked.jsx \
    web/src/later/policy_effect.jsx \
    web/src/later/policy_exceptions.jsx \
    web/src/later/policy_fields.jsx \
    web/src/later/policy_hours.jsx \
    web/src/later/policy_lists.js \
    web/src/later/policy_quotas.jsx \
    web/src/later/policy_rooms.jsx \
    web/src/later/policy_seen.jsx \
    web/src/later/policy_sentences.js \
    web/src/later/policy_values.js \
    web/src/later/put_new.js \
    web/src/later/reject_dialog.jsx \
    web/src/later/repeat.jsx \
    web/src/later/repeat_dates.jsx \
    web/src/later/repeat_done.jsx \
    web/src/later/repeat_rule.jsx \
    web/src/later/repeat_values.js \
    web/src/later/request.jsx \
    web/src/later/requests.jsx \
    web/src/later/room.jsx \
    web/src/later/room_fields.jsx \
    web/src/later/room_week.jsx \
    web/src/later/rooms.jsx \
    web/src/later/rows.jsx \
    web/src/later/rules.js \
    web/src/later/sample_house.jsx \
    web/src/later/series_dialog.jsx \
    web/src/later/subjects.js \
    web/src/later/today.jsx \
    web/src/later/use_edit.js \
    web/src/later/use_suggestions.js \
    web/src/later/words.js \
    web/src/lazy.jsx \
    web/src/lazy/bookable-kit/index.js \
    web/src/lazy/react/index.js \
    web/src/lazy/react/jsx-runtime.js \
    web/src/main.jsx \
    web/src/mine_read.js \
    web/src/pages.jsx \
    web/src/places.js \
    web/src/room_words.js \
    web/src/rooms_known.js \
    web/src/rooms_read.js \
    web/src/router.js \
    web/src/screens/board.jsx \
    web/src/screens/find.jsx \
    web/src/screens/no_rooms.jsx \
    web/src/screens/sign_in.jsx \
    web/src/session.js \
    web/src/settings.js \
    web/src/store.js \
    web/src/time.js \
    web/src/use_api.js \
    web/src/use_time.js

EXTRA_DIST += $(WEB_FILES) web/local.mk

webdir = $(datadir)/bookable/web

if WEB_BUILD
WEB_PAGE = web/made
WEB_STAMP = web/made.stamp
all-local: web/made.stamp
endif
if WEB_MADE
WEB_PAGE = $(srcdir)/web/made
endif

web/made.stamp: $(WEB_FILES)
	$(AM_V_GEN)$(MKDIR_P) web && ESBUILD='$(ESBUILD)' NODE_PATH='$(REACT_DIR)' \
	    $(SHELL) '$(srcdir)/web/build.sh' '$(srcdir)/web' web/made && touch $@

install-data-local:
	test -z '$(WEB_PAGE)' || { $(MKDIR_P) '$(DESTDIR)$(webdir)/a' && \
	    $(INSTALL_DATA) $(WEB_PAGE)/index.html '$(DESTDIR)$(webdir)' && \
	    $(INSTALL_DATA) $(WEB_PAGE)/a/* '$(DESTDIR)$(webdir)/a'; }

uninstall-local:
	rm -rf '$(DESTDIR)$(webdir)'

# Who builds from the tarball needs no esbuild.
dist-hook: $(WEB_STAMP)
	test -n '$(WEB_PAGE)' || { echo 'make dist: the page is not built: esbuild and React are missing' >&2; exit 1; }
	rm -rf '$(distdir)/web/made' && cp -R '$(WEB_PAGE)' '$(distdir)/web/made'

# What is tested is that the tarball's page is enough.
AM_DISTCHECK_CONFIGURE_FLAGS = --without-esbuild
