package Bookable::SignOn;

# An identity provider of its own for a test, as a house has one: OpenID Connect or SAML, over TLS on a free
# port of the loopback address. The people it knows can change between two log-ins.
#
#   my $provider = Bookable::SignOn->new(kind => 'oidc', people => { ann => { groups => ['staff'] } });
#   $provider->start(client => { client_id => 'rooms', ... });
#   $provider->people(ann => { groups => [] });
#
# The programs are t/sso/*.mjs; make check-sso installs what they need, below the build directory.

use strict;
use warnings FATAL => 'all';

use parent 'Bookable::Daemon';
use File::Basename qw(dirname);
use File::Spec::Functions qw(rel2abs);
use JSON::PP ();

use Bookable::Certificate ();
use Bookable::File qw(write_file);

my $json = JSON::PP->new->utf8->canonical;
my $TOP  = rel2abs(dirname(__FILE__) . '/../../..');

sub folder
{
    my ($found) = grep { -e "$_/node_modules" } $ENV{BOOKABLE_BUILDDIR} ? "$ENV{BOOKABLE_BUILDDIR}/t/sso"
        : ("$TOP/t/sso", "$TOP/build/t/sso");
    return $found;
}

sub script { my ($name) = @_; return folder() . "/$name" }

# Why none of this can run here; undef where it can.
sub missing
{
    return 'node is not installed' if system('node --version > /dev/null 2>&1') != 0;
    return folder() ? undef : 'the packages of t/sso are not installed: make check-sso does it';
}

# A key and a certificate for 127.0.0.1 and localhost in a directory, as two files that nobody may read.
sub certificate
{
    my ($dir) = @_;
    my ($key, $certificate) = ("$dir/tls.key", "$dir/tls.crt");
    if (!-e $certificate) {
        Bookable::Certificate::make($key, $certificate) or die "openssl req failed\n";
        Bookable::Daemon::give_to_nobody($key, $certificate);
    }
    return ($key, $certificate);
}

# kind    oidc or saml
# people  who is known at the start, by what they type at the log-in
sub new
{
    my ($class, %args) = @_;
    my $self = $class->make(people => {}, %args);
    @$self{qw(key certificate)} = certificate($self->{dir});
    $self->people(%{ $self->{people} });
    return $self;
}

sub name        { my ($self) = @_; return "provider of $self->{kind}" }
sub issuer      { my ($self) = @_; return "https://127.0.0.1:$self->{port}" }
sub certificate_file { my ($self) = @_; return $self->{certificate} }

sub _write
{
    my ($self, $name, $value) = @_;
    my $file = "$self->{dir}/$name";
    write_file("$file.new", $json->encode($value));
    rename "$file.new", $file or die "$file: $!\n";
    return $file;
}

# What is said of people from their next log-in on.
sub people
{
    my ($self, %people) = @_;
    $self->{people} = { %{ $self->{people} }, %people };
    return $self->_write('people.json', $self->{people});
}

# further  what the program's config.json has besides: client (oidc), consumer (saml)
sub start
{
    my ($self, %further) = @_;
    $self->_write('config.json', { issuer => $self->issuer, port => $self->{port}, key => $self->{key},
        certificate => $self->{certificate}, %further });
    return $self->launch(60, sub { $self->log_tail =~ /^ready$/m }, 'env', "HOME=$self->{dir}",
        $self->{trusts} ? "NODE_EXTRA_CA_CERTS=$self->{trusts}" : (), 'node', script("$self->{kind}-provider.mjs"),
        $self->{dir});
}

1;
