# The page: bundled by esbuild with Debian's React, where both are; from a tarball, which has it made, without either.
WEB_FILES = web/build.sh web/index.html \
    web/css/controls.css \
    web/css/dialog.css \
    web/css/frame.css \
    web/css/ground.css \
    web/css/index.css \
    web/css/lists.css \
    web/css/print.css \
    web/lang/de.json \
    web/lang/en.json \
    web/src/admin/archive_room.jsx \
    web/src/admin/conflict.jsx \
    web/src/admin/csv.js \
    web/src/admin/edit_room.jsx \
    web/src/admin/groups.jsx \
    web/src/admin/import_rooms.jsx \
    web/src/admin/index.js \
    web/src/admin/new_person.jsx \
    web/src/admin/people.jsx \
    web/src/admin/person.jsx \
    web/src/admin/policies.jsx \
    web/src/admin/policy.jsx \
    web/src/admin/policy_effect.jsx \
    web/src/admin/policy_exceptions.jsx \
    web/src/admin/policy_fields.jsx \
    web/src/admin/policy_hours.jsx \
    web/src/admin/policy_values.js \
    web/src/admin/room_fields.jsx \
    web/src/api.js \
    web/src/app.jsx \
    web/src/components/dialog.jsx \
    web/src/components/form.jsx \
    web/src/components/icon.jsx \
    web/src/components/link.jsx \
    web/src/components/live.jsx \
    web/src/components/page.jsx \
    web/src/components/states.jsx \
    web/src/components/toasts.jsx \
    web/src/components/use_action.js \
    web/src/frame.jsx \
    web/src/i18n.js \
    web/src/kit.js \
    web/src/lazy/bookable-kit/index.js \
    web/src/lazy/react/index.js \
    web/src/lazy/react/jsx-runtime.js \
    web/src/main.jsx \
    web/src/pages.jsx \
    web/src/router.js \
    web/src/rules.js \
    web/src/screens/account.jsx \
    web/src/screens/account_device.jsx \
    web/src/screens/account_password.jsx \
    web/src/screens/account_profile.jsx \
    web/src/screens/account_sessions.jsx \
    web/src/screens/account_tokens.jsx \
    web/src/screens/room.jsx \
    web/src/screens/room_words.js \
    web/src/screens/rooms.jsx \
    web/src/screens/sample_house.jsx \
    web/src/screens/sign_in.jsx \
    web/src/session.js \
    web/src/settings.js \
    web/src/store.js \
    web/src/time.js \
    web/src/use_api.js

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
