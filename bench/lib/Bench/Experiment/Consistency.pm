package Bench::Experiment::Consistency;

use strict;
use warnings FATAL => 'all';
use utf8;

use Bench::Experiment qw(pick);
use Bench::Host ();
use Bench::Site ();
use Bench::Store ();
use Bookable::Load ();
use MIME::Base64 qw(encode_base64);
use Time::HiRes qw(sleep);

use constant TTL => 5;    # ProductCacheTTL's default

sub title { return 'Consistency' }

sub reference
{
    return <<'END';
Four tests: a booking is read right after it was made; a conflict is seen at the first attempt;
another user reads the booking; what was cached is read after its lifetime, 5 s. With eventual reads
from a replica some of these were late.
END
}

sub here
{
    return <<'END';
Two httpds, *A* and *B*, on one database: PostgreSQL alone, with a standby whose reads are *strong*,
and with an asynchronous standby that is read (*eventual*); without a cache, with `shmcb`, which
each host has for itself, and with Redis, which they share. What a test writes goes to A, and what
it reads is asked of B; 100 times each, at once. After its lifetime, what B had read before A
changed it must be the new.
END
}

my @STORES = qw(pgsql+nocache pgsql-strong+nocache pgsql-eventual+nocache pgsql pgsql+redis
    pgsql-eventual pgsql-eventual+redis);

# Each of them: how many of count attempts were right.
my @TESTS = (
    [ 'read after write' => \&_read_after_write ],
    [ 'conflict at once' => \&_conflict ],
    [ 'read by another user' => \&_other_user ],
    [ 'read after lifetime' => \&_after_lifetime ],
);

sub run
{
    my ($run) = @_;
    my $count = pick($run, 100, 100, 5);
    my $out = $run->{results}->create('consistency', qw(store test attempts right));
    for my $name (grep { $run->{wants}->($_) } @STORES) {
        $run->{progress}->step("consistency: $name");
        my $store = Bench::Store->new($name);
        my @hosts = map { Bench::Host->new(on => $store)->start } 1, 2;
        my $site = Bench::Site->of_host($hosts[0]->base_url)->spaces(3);
        my $b = Bookable::Load::Connection->new($hosts[1]->base_url);
        my $guest = $site->post('user', '/user', '{"username":"guest","userPassword":"a password"}');
        my %of =
            (site => $site, b => $b, guest => 'Basic ' . encode_base64("guest:$guest", ''), count => $count);
        $out->add($name, $_->[0], $count, $_->[1]->(\%of)) for @TESTS;
        $_->stop for @hosts;
    }
    return;
}

sub _read_after_write
{
    my ($of) = @_;
    return scalar grep { _reads($of, $of->{site}->a_booking($_), $of->{site}->auth) } 1 .. $of->{count};
}

sub _other_user
{
    my ($of) = @_;
    return scalar grep { _reads($of, $of->{site}->a_booking(1000 + $_), $of->{guest}) } 1 .. $of->{count};
}

sub _reads
{
    my ($of, $path, $auth) = @_;
    return $of->{b}->request(GET => $path, authorization => $auth)->status == 200;
}

# The same slot again, by way of the other host.
sub _conflict
{
    my ($of) = @_;
    my $right = 0;
    for my $hour (1 .. $of->{count}) {
        my $body = $of->{site}->booking_body(2000 + $hour);
        $of->{site}->post('booking', '/booking', $body);
        my $second = $of->{b}->request(POST => '/booking', body => $body, authorization => $of->{site}->auth);
        $right++ if ($second->error_code // '') eq 'CONFLICT';
    }
    return $right;
}

# B has read, and may have cached, what A changes then.
sub _after_lifetime
{
    my ($of) = @_;
    my @ids = 1 .. $of->{count};
    $of->{site}->products($of->{count});
    sleep 1;    # a standby has them too
    $of->{b}->request(GET => "/products/$_") for @ids;
    $of->{site}->post('product', "/products/$_/details", Bench::Site::product_body($_, 4321)) for @ids;
    sleep TTL + 0.5;
    return scalar grep { $of->{b}->request(GET => "/products/$_")->body =~ /"weight":4321\b/ } @ids;
}

sub report
{
    my ($results) = @_;
    my (%right, @stores);
    for my $row ($results->read('consistency')) {
        push @stores, $row->{store} unless $right{ $row->{store} };
        $right{ $row->{store} }{ $row->{test} } = "$row->{right} of $row->{attempts}";
    }
    return ([
        [ 'store', map { $_->[0] } @TESTS ],
        map {
            my $store = $_;
            [ $store, map { $right{$store}{ $_->[0] } } @TESTS ]
        } @stores
    ]);
}

1;
