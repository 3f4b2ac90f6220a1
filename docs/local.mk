# The documents, where their links to each other hold; and man pages, which pandoc makes of some of them. The
# tarball has the man pages, so that who builds from it needs no pandoc.
dist_doc_DATA = README.md CHANGES NOTICE SECURITY.md
docpagesdir = $(docdir)/docs
dist_docpages_DATA = \
    docs/README.md \
    docs/api-v1.md \
    docs/api.md \
    docs/asvs.md \
    docs/bookable-admin.md \
    docs/breaker.md \
    docs/cache.md \
    docs/capacity.md \
    docs/cluster.md \
    docs/common.md \
    docs/dependencies.md \
    docs/design.md \
    docs/experiments.md \
    docs/metrics.md \
    docs/mod_booking.md \
    docs/mod_product.md \
    docs/mod_proxy_retry.md \
    docs/mod_socache_hiredis.md \
    docs/mod_space.md \
    docs/mod_user.md \
    docs/openapi-v1.yaml \
    docs/openapi.yaml \
    docs/operations.md \
    docs/packages.md \
    docs/performance.md \
    docs/production.md \
    docs/security.md \
    docs/sign-on.md \
    docs/web.md
docpicturesdir = $(docdir)/docs/experiments
dist_docpictures_DATA = \
    docs/experiments/breaker.svg \
    docs/experiments/bursts-ms.svg \
    docs/experiments/bursts.svg \
    docs/experiments/cache-ms.svg \
    docs/experiments/cache.svg \
    docs/experiments/growth.svg \
    docs/experiments/killed-booking.svg \
    docs/experiments/killed-space.svg \
    docs/experiments/latency-get.svg \
    docs/experiments/latency-post.svg \
    docs/experiments/product.svg \
    docs/experiments/resources-failures.svg \
    docs/experiments/resources-memory.svg \
    docs/experiments/resources.svg \
    docs/experiments/spaces-ms.svg \
    docs/experiments/spaces.svg

MAN_PAGES = man/bookable-admin.8 man/bookable-common.7 man/mod_booking.7 man/mod_product.7 man/mod_proxy_retry.7 \
    man/mod_socache_hiredis.7 man/mod_space.7 man/mod_user.7
EXTRA_DIST += docs/man.lua $(MAN_PAGES)
if HAVE_MAN
man_MANS = $(MAN_PAGES)
endif

# In its place only when it is whole.
make_man = $(MKDIR_P) man && $(PANDOC) -f gfm -t man -s --lua-filter '$(srcdir)/docs/man.lua' \
    -M name=$(basename $(notdir $@)) -M section=$(patsubst .%,%,$(suffix $@)) -M footer='Bookable $(PACKAGE_VERSION)' \
    -o $@.new $< && mv $@.new $@

man/%.7: docs/%.md docs/man.lua configure.ac
	$(AM_V_GEN)$(make_man)
man/%.8: docs/%.md docs/man.lua configure.ac
	$(AM_V_GEN)$(make_man)
man/bookable-common.7: docs/common.md docs/man.lua configure.ac
	$(AM_V_GEN)$(make_man)
MAINTAINERCLEANFILES = $(MAN_PAGES)

# Of the page, in its screens.
webpicturesdir = $(docdir)/docs/web
dist_webpictures_DATA = \
    docs/web/account-desktop-dark.png \
    docs/web/account-desktop-light.png \
    docs/web/account-telephone-dark.png \
    docs/web/account-telephone-light.png \
    docs/web/book-desktop-dark.png \
    docs/web/book-desktop-light.png \
    docs/web/calendar-desktop-dark.png \
    docs/web/calendar-desktop-light.png \
    docs/web/calendar-telephone-dark.png \
    docs/web/calendar-telephone-light.png \
    docs/web/close-desktop-dark.png \
    docs/web/close-desktop-light.png \
    docs/web/closures-desktop-dark.png \
    docs/web/closures-desktop-light.png \
    docs/web/closures-telephone-dark.png \
    docs/web/closures-telephone-light.png \
    docs/web/day-desktop-dark.png \
    docs/web/day-desktop-light.png \
    docs/web/day-list-desktop-dark.png \
    docs/web/day-list-desktop-light.png \
    docs/web/day-list-telephone-dark.png \
    docs/web/day-list-telephone-light.png \
    docs/web/day-telephone-dark.png \
    docs/web/day-telephone-light.png \
    docs/web/doors-desktop-dark.png \
    docs/web/doors-desktop-light.png \
    docs/web/doors-telephone-dark.png \
    docs/web/doors-telephone-light.png \
    docs/web/edit-room-desktop-dark.png \
    docs/web/edit-room-desktop-light.png \
    docs/web/edit-room-telephone-dark.png \
    docs/web/edit-room-telephone-light.png \
    docs/web/find-desktop-dark.png \
    docs/web/find-desktop-light.png \
    docs/web/find-telephone-dark.png \
    docs/web/find-telephone-light.png \
    docs/web/import-rooms-desktop-dark.png \
    docs/web/import-rooms-desktop-light.png \
    docs/web/import-rooms-telephone-dark.png \
    docs/web/import-rooms-telephone-light.png \
    docs/web/log-desktop-dark.png \
    docs/web/log-desktop-light.png \
    docs/web/log-telephone-dark.png \
    docs/web/log-telephone-light.png \
    docs/web/mine-desktop-dark.png \
    docs/web/mine-desktop-light.png \
    docs/web/mine-telephone-dark.png \
    docs/web/mine-telephone-light.png \
    docs/web/people-desktop-dark.png \
    docs/web/people-desktop-light.png \
    docs/web/people-telephone-dark.png \
    docs/web/people-telephone-light.png \
    docs/web/repeat-desktop-dark.png \
    docs/web/repeat-desktop-light.png \
    docs/web/repeat-telephone-dark.png \
    docs/web/repeat-telephone-light.png \
    docs/web/requests-desktop-dark.png \
    docs/web/requests-desktop-light.png \
    docs/web/requests-telephone-dark.png \
    docs/web/requests-telephone-light.png \
    docs/web/room-desktop-dark.png \
    docs/web/room-desktop-light.png \
    docs/web/room-telephone-dark.png \
    docs/web/room-telephone-light.png \
    docs/web/rooms-desktop-dark.png \
    docs/web/rooms-desktop-light.png \
    docs/web/rooms-telephone-dark.png \
    docs/web/rooms-telephone-light.png \
    docs/web/rules-desktop-dark.png \
    docs/web/rules-desktop-light.png \
    docs/web/rules-telephone-dark.png \
    docs/web/rules-telephone-light.png \
    docs/web/today-desktop-dark.png \
    docs/web/today-desktop-light.png \
    docs/web/today-telephone-dark.png \
    docs/web/today-telephone-light.png
