# What an administrator copies, and what systemd reads. `make install` puts the former beside the documents,
# where their links find it, with the places of the httpd that this is built for in it. It changes no
# configuration: the units do nothing until one is enabled.
CONF_FILES = \
    conf/all-services.conf \
    conf/bookable.conf \
    conf/compat.conf \
    conf/errors.conf \
    conf/gateway.conf \
    conf/house.conf \
    conf/members.conf \
    conf/one-module.conf \
    conf/service.conf \
    conf/sso-basic.conf \
    conf/sso-gssapi.conf \
    conf/sso-ldap.conf \
    conf/sso-mellon.conf \
    conf/sso-openidc.conf \
    conf/sso-shib.conf \
    conf/tls.conf \
    conf/web.conf \
    conf/booking.load \
    conf/product.load \
    conf/proxy_retry.load \
    conf/socache_hiredis.load \
    conf/space.load \
    conf/user.load \
    conf/apparmor/bookable \
    conf/grafana/bookable.json \
    conf/grafana/dashboard.jq \
    conf/ha/etcd \
    conf/ha/gateway.conf \
    conf/ha/haproxy.cfg \
    conf/ha/patroni.env \
    conf/ha/patroni.yml \
    conf/ha/pgbouncer.ini \
    conf/ha/redis.conf \
    conf/ha/sentinel.conf \
    conf/ha/service.conf \
    conf/logrotate/cluster \
    conf/logrotate/house \
    conf/prometheus/bookable.rules.yml \
    conf/systemd/bookable-gateway.service \
    conf/systemd/bookable-prune.service \
    conf/systemd/bookable-prune.timer \
    conf/systemd/bookable-service@.service \
    conf/systemd/bookable.service \
    conf/systemd/bookable.sysusers \
    conf/systemd/house.sysusers \
    conf/systemd/house.tmpfiles
EXTRA_DIST += $(CONF_FILES)
CONF_FOLDERS = conf/apparmor conf/grafana conf/ha conf/logrotate conf/prometheus conf/systemd

# A .load file loads one of our modules; the other files load httpd's, too.
PLACES = -e 's,/usr/sbin/apache2,$(HTTPD),g' -e 's,/usr/sbin/bookable-admin,$(sbindir)/bookable-admin,g' -e 's,/usr/share/bookable/web,$(webdir),g'
PLACES_OF_LOAD = -e 's,/usr/lib/apache2/modules,$(moduledir),g'
PLACES_OF_CONF = $(PLACES) -e 's,/usr/lib/apache2/modules,$(APXS_LIBEXECDIR),g'

INSTALLED_SERVICES = user space booking product
UNITS = bookable.service bookable-prune.service bookable-prune.timer bookable-gateway.service $(INSTALLED_SERVICES:%=bookable-%@.service)

install-conf: install-units
	@for folder in $(CONF_FOLDERS); do $(MKDIR_P) "$(DESTDIR)$(docdir)/$$folder" || exit 1; done
	@for file in $(CONF_FILES); do \
	    case $$file in \
	    *.load) sed $(PLACES_OF_LOAD) '$(srcdir)'/$$file ;; \
	    *) sed $(PLACES_OF_CONF) '$(srcdir)'/$$file ;; \
	    esac > "$(DESTDIR)$(docdir)/$$file" && chmod 644 "$(DESTDIR)$(docdir)/$$file" || exit 1; \
	done

# systemd has one unit for the instances of each service, made of one file: its name is the service's.
install-units:
	$(MKDIR_P) "$(DESTDIR)$(systemdsystemunitdir)" "$(DESTDIR)$(sysusersdir)"
	@for unit in $(UNITS); do \
	    case $$unit in \
	    *@*) file=bookable-service@.service ;; \
	    *) file=$$unit ;; \
	    esac; \
	    sed $(PLACES) '$(srcdir)'/conf/systemd/$$file > "$(DESTDIR)$(systemdsystemunitdir)/$$unit" && \
	        chmod 644 "$(DESTDIR)$(systemdsystemunitdir)/$$unit" || exit 1; \
	done
	$(INSTALL_DATA) '$(srcdir)/conf/systemd/bookable.sysusers' "$(DESTDIR)$(sysusersdir)/bookable.conf"
	$(INSTALL_DATA) '$(srcdir)/conf/systemd/house.sysusers' "$(DESTDIR)$(sysusersdir)/bookable-house.conf"

uninstall-conf:
	-cd "$(DESTDIR)$(docdir)" && rm -f $(CONF_FILES) && \
	    rmdir $(CONF_FOLDERS) conf docs/experiments docs 2>/dev/null
	-cd "$(DESTDIR)$(systemdsystemunitdir)" && rm -f $(UNITS)
	-cd "$(DESTDIR)$(sysusersdir)" && rm -f bookable.conf bookable-house.conf

.PHONY: install-conf install-units uninstall-conf
