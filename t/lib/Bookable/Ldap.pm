package Bookable::Ldap;

# An LDAP directory of its own for a test: Debian's slapd on a free port of the loopback address, with people below
# ou=people and groups below ou=groups of dc=example,dc=org; memberOf of a person follows the members of groups.
#
#   my $directory = Bookable::Ldap->new->start;
#   $directory->person('ann', password => 'secret', cn => 'Ann', mail => 'ann@example.org');
#   $directory->group('rooms-staff', 'ann');            # its members are these from now on; none: there is no such group

use strict;
use warnings FATAL => 'all';

use parent 'Bookable::Daemon';
use IO::Socket::INET ();

use Bookable::File qw(slurp write_file);
use Bookable::Server ();

my $BASE     = 'dc=example,dc=org';
my $ROOT     = "cn=root,$BASE";
my $PASSWORD = 'of one test';

# Why it cannot run here; undef where it can.
sub missing
{
    return 'slapd is not installed' if !-x '/usr/sbin/slapd';
    return 'ldap-utils is not installed' if !-x '/usr/bin/ldapmodify';
    return;
}

sub new  { my ($class) = @_; return $class->make }
sub name { return 'slapd' }
sub url  { my ($self) = @_; return "ldap://127.0.0.1:$self->{port}" }

sub start
{
    my ($self) = @_;
    my $dir = $self->{dir};
    mkdir "$dir/data" or die "$dir/data: $!\n";
    write_file("$dir/slapd.conf", join '', map({ "include /etc/ldap/schema/$_.schema\n" } qw(core cosine inetorgperson)), <<"END");
modulepath /usr/lib/ldap
moduleload back_mdb
moduleload memberof
pidfile $dir/pid
database mdb
maxsize 16777216
directory $dir/data
suffix "$BASE"
rootdn "$ROOT"
rootpw "$PASSWORD"
overlay memberof
access to attrs=userPassword by anonymous auth by * none
access to * by * read
END
    Bookable::Daemon::give_to_nobody("$dir/slapd.conf", "$dir/data");
    $self->launch(30, sub { IO::Socket::INET->new(PeerAddr => '127.0.0.1', PeerPort => $self->{port}) },
        '/usr/sbin/slapd', '-d', '0', '-h', $self->url, '-f', "$dir/slapd.conf");
    $self->_change("dn: $BASE", 'changetype: add', 'objectClass: dcObject', 'objectClass: organization', 'o: Example');
    $self->_change("dn: ou=$_,$BASE", 'changetype: add', 'objectClass: organizationalUnit') for qw(people groups);
    return $self;
}

sub _change
{
    my ($self, @lines) = @_;
    open my $in, '|-', "ldapmodify -x -H '${\$self->url}' -D '$ROOT' -w '$PASSWORD' > '$self->{dir}/ldapmodify' 2>&1"
        or die "ldapmodify: $!\n";
    print {$in} map { "$_\n" } @lines;
    close $in and return;
    die "ldapmodify @lines: ", slurp("$self->{dir}/ldapmodify");
}

sub person
{
    my ($self, $uid, %of) = @_;
    $self->_change("dn: uid=$uid,ou=people,$BASE", 'changetype: add', 'objectClass: inetOrgPerson',
        "sn: $uid", "userPassword: $of{password}", "cn: $of{cn}", $of{mail} ? "mail: $of{mail}" : ());
    return;
}

# Somebody who has left.
sub forget { my ($self, $uid) = @_; return $self->_change("dn: uid=$uid,ou=people,$BASE", 'changetype: delete') }

sub group
{
    my ($self, $name, @members) = @_;
    my $dn = "cn=$name,ou=groups,$BASE";
    $self->_change("dn: $dn", 'changetype: delete') if $self->{groups}{$name};
    $self->{groups}{$name} = @members > 0;
    return if !@members;
    $self->_change("dn: $dn", 'changetype: add', 'objectClass: groupOfNames',
        map { "member: uid=$_,ou=people,$BASE" } @members);
    return;
}

1;
