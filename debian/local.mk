# Debian packages. They are built of the tarball, in a folder below the build directory; nothing is fetched.
#
#   make deb              builds them: deb/*.deb
#   make check-packages   builds them twice, and compares; asks lintian; two to four minutes
#   make check-packages-quick   packs what is built here already, and asks lintian; half a minute
#
# debian/tests is their autopkgtest, for a host of its own: it installs them, and books a room.
DEBIAN_FILES = \
    debian/README.source \
    debian/bookable-admin.docs \
    debian/bookable-admin.install \
    debian/bookable-admin.lintian-overrides \
    debian/bookable-cluster.docs \
    debian/bookable-cluster.install \
    debian/bookable-cluster.lintian-overrides \
    debian/bookable-cluster.postinst \
    debian/bookable-cluster.postrm \
    debian/bookable-common.docs \
    debian/bookable-common.install \
    debian/bookable-common.lintian-overrides \
    debian/bookable-doc.install \
    debian/bookable-doc.lintian-overrides \
    debian/bookable-web.docs \
    debian/bookable-web.install \
    debian/bookable-web.lintian-overrides \
    debian/bookable.README.Debian \
    debian/bookable.dirs \
    debian/bookable.docs \
    debian/bookable.install \
    debian/bookable.lintian-overrides \
    debian/bookable.postinst \
    debian/bookable.postrm \
    debian/bookable.templates \
    debian/build \
    debian/changelog \
    debian/check \
    debian/check-built \
    debian/clean \
    debian/control \
    debian/copyright \
    debian/downgrade.preinst \
    debian/downgrade.prerm \
    debian/libapache2-mod-bookable.README.Debian \
    debian/libapache2-mod-bookable.apache2 \
    debian/libapache2-mod-bookable.docs \
    debian/libapache2-mod-bookable.install \
    debian/libapache2-mod-bookable.lintian-overrides \
    debian/libapache2-mod-bookable.postinst \
    debian/libapache2-mod-bookable.postrm \
    debian/libapache2-mod-proxy-retry.apache2 \
    debian/libapache2-mod-proxy-retry.docs \
    debian/libapache2-mod-proxy-retry.install \
    debian/libapache2-mod-proxy-retry.lintian-overrides \
    debian/libapache2-mod-socache-hiredis.apache2 \
    debian/libapache2-mod-socache-hiredis.docs \
    debian/libapache2-mod-socache-hiredis.install \
    debian/libapache2-mod-socache-hiredis.lintian-overrides \
    debian/modules.prerm \
    debian/one-module.postinst \
    debian/one-module.postrm \
    debian/one-module.prerm \
    debian/po/POTFILES.in \
    debian/po/templates.pot \
    debian/rules \
    debian/source/format \
    debian/source/lintian-overrides \
    debian/tests/beside \
    debian/tests/control \
    debian/tests/house \
    debian/tests/lib.sh
EXTRA_DIST += $(DEBIAN_FILES)

TARBALL = $(PACKAGE)-$(PACKAGE_VERSION).tar.gz

deb: dist
	'$(srcdir)/debian/build' $(TARBALL) deb

check-packages: dist
	'$(srcdir)/debian/check' $(TARBALL) deb-check

check-packages-quick: all
	rm -rf deb-quick && mkdir deb-quick
	$(MAKE) $(AM_MAKEFLAGS) distdir distdir=deb-quick/source
	'$(srcdir)/debian/check-built' deb-quick/source '$(abs_top_builddir)'

.PHONY: deb check-packages check-packages-quick
