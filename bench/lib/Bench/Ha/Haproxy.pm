package Bench::Ha::Haproxy;

# HAProxy, as conf/ha/haproxy.cfg has it.

use strict;
use warnings FATAL => 'all';

use parent 'Bookable::Daemon';

use Bench::Ha::Conf ();
use Bookable::Process qw(free_port group);
use IO::Socket::INET ();

# gateways  two, patroni and redis three servers each
# password  of Redis
sub new
{
    my ($class, %args) = @_;
    return $class->make(leader => free_port(), master => free_port(), %args);
}

sub name { return 'haproxy' }

sub _environment
{
    my ($self) = @_;
    my %env = (LISTEN => "127.0.0.1:$self->{port}", LEADER => "127.0.0.1:$self->{leader}",
        MASTER => "127.0.0.1:$self->{master}", REDIS_PASSWORD => $self->{password},
        USER => $> == 0 ? 'nobody' : scalar getpwuid $>, GROUP => $> == 0 ? group() : scalar getgrgid $) + 0);
    my $add = sub { my ($name, @of) = @_; $env{"${name}_$_"} = $of[ $_ - 1 ] for 1 .. @of };
    $add->(GATEWAY => @{ $self->{gateways} });
    $add->(DB => map { $_->address } @{ $self->{patroni} });
    $add->(PATRONI => map { $_->api } @{ $self->{patroni} });
    $add->(REDIS => map { $_->address } @{ $self->{redis} });
    my $text = Bench::Ha::Conf::text('haproxy.cfg');
    $text =~ /presetenv BOOKABLE_$_ / or die "haproxy.cfg: there is no BOOKABLE_$_\n" for keys %env;
    return map { ("BOOKABLE_$_" => $env{$_}) } keys %env;
}

sub start
{
    my ($self) = @_;
    # A copy, for nobody may be kept out of the checkout.
    my $file = Bench::Ha::Conf::write_file("$self->{dir}/haproxy.cfg", Bench::Ha::Conf::text('haproxy.cfg'));
    local %ENV = (%ENV, $self->_environment);
    return $self->launch(20, sub { IO::Socket::INET->new("127.0.0.1:$self->{port}") }, 'haproxy', '-db', '-f', $file);
}

1;
