package Bookable::Kerberos;

# A Kerberos realm of its own for a test: Debian's krb5-kdc on a free port of the loopback address.
#
#   my $realm = Bookable::Kerberos->new->start;
#   $realm->person('ann', 'secret');
#   my $keytab = $realm->service('HTTP/localhost');
#   my $ticket = $realm->log_in('ann', 'secret');       # a credential cache
#   local %ENV = (%ENV, $realm->environment, KRB5CCNAME => $ticket);

use strict;
use warnings FATAL => 'all';

use parent 'Bookable::Daemon';
use IO::Socket::INET ();

use Bookable::File qw(write_file);

my $REALM = 'ROOMS.TEST';

# Why it cannot run here; undef where it can.
sub missing
{
    return 'krb5-kdc is not installed' if !-x '/usr/sbin/krb5kdc' || !-x '/usr/sbin/kadmin.local';
    return 'krb5-user is not installed' if !-x '/usr/bin/kinit';
    return qx(curl -V 2>/dev/null) =~ /SPNEGO/ ? undef : 'curl has no SPNEGO';
}

sub new   { my ($class) = @_; return $class->make }
sub name  { return 'krb5kdc' }
sub realm { return $REALM }

sub environment
{
    my ($self) = @_;
    return (KRB5_CONFIG => "$self->{dir}/krb5.conf", KRB5_KDC_PROFILE => "$self->{dir}/kdc.conf",
        KRB5RCACHENAME => 'none:');
}

sub _write
{
    my ($self, $name, $text) = @_;
    Bookable::Daemon::give_to_nobody(write_file("$self->{dir}/$name", $text));
    return;
}

sub _run
{
    my ($self, @command) = @_;
    local %ENV = (%ENV, $self->environment);
    my $output = qx(@{[ join ' ', map { "'$_'" } Bookable::Daemon::as_nobody(@command) ]} 2>&1 </dev/null);
    die "@command: $output" if $? != 0;
    return $output;
}

sub start
{
    my ($self) = @_;
    my $dir = $self->{dir};
    $self->_write('krb5.conf', <<"END");
[libdefaults]
    default_realm = $REALM
    dns_lookup_kdc = false
    dns_lookup_realm = false
    dns_canonicalize_hostname = false
    rdns = false
    udp_preference_limit = 1
[realms]
    $REALM = {
        kdc = 127.0.0.1:$self->{port}
    }
[domain_realm]
    localhost = $REALM
END
    $self->_write('kdc.conf', <<"END");
[kdcdefaults]
    kdc_listen = 127.0.0.1:$self->{port}
    kdc_tcp_listen = 127.0.0.1:$self->{port}
[realms]
    $REALM = {
        database_name = $dir/principal
        key_stash_file = $dir/stash
        acl_file = $dir/acl
    }
[logging]
    kdc = FILE:$dir/kdc.log
END
    $self->_run('/usr/sbin/kdb5_util', 'create', '-s', '-r', $REALM, '-P', 'of one test');
    my %environment = $self->environment;
    return $self->launch(30, sub { IO::Socket::INET->new(PeerAddr => '127.0.0.1', PeerPort => $self->{port}) },
        'env', map({ "$_=$environment{$_}" } sort keys %environment), '/usr/sbin/krb5kdc', '-n', '-P', "$dir/pid");
}

sub person
{
    my ($self, $name, $password) = @_;
    $self->_run('/usr/sbin/kadmin.local', '-r', $REALM, 'addprinc', '-pw', $password, $name);
    return;
}

# The file with its key.
sub service
{
    my ($self, $name) = @_;
    my $keytab = "$self->{dir}/keytab";
    $self->_run('/usr/sbin/kadmin.local', '-r', $REALM, 'addprinc', '-randkey', $name);
    $self->_run('/usr/sbin/kadmin.local', '-r', $REALM, 'ktadd', '-k', $keytab, $name);
    return $keytab;
}

# A cache with the person's ticket, for KRB5CCNAME.
sub log_in
{
    my ($self, $name, $password) = @_;
    my $cache = "$self->{dir}/cache-$name";
    local %ENV = (%ENV, $self->environment);
    open my $kinit, '|-', "kinit -c '$cache' '$name' > /dev/null" or die "kinit: $!\n";
    print {$kinit} "$password\n";
    close $kinit or die "kinit $name fails\n";
    return "FILE:$cache";
}

1;
