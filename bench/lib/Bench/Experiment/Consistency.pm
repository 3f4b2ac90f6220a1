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
Four tests: a booking is read right after it was made; a conflict is seen; another user reads the booking;
what was cached is read after its lifetime, 5 s. No difference was seen between strong and eventual reads,
and the conflict on the first attempt.
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

Then what those tests cannot show, for a booking or a product that a standby does not have yet is read
from the primary: B has read a product that A changes, or a booking that A deletes, and reads it again at
once; and the same while the standby receives and shows nothing of it (*held*, as a standby that lags).
Here a stale answer is the price of the setting: of eventual reads from a standby that lags, and of a
cache that another host has for itself. A read with `X-Consistency: strong` must be right always.
END
}

my @STRONG = ('X-Consistency' => 'strong');

my @STORES = qw(pgsql+nocache pgsql-strong+nocache pgsql-eventual+nocache pgsql pgsql+redis
    pgsql-eventual pgsql-eventual+redis);

# Each of them: how many of count attempts were right.
my @TESTS = (
    [ 'read after write' => \&_read_after_write ],
    [ 'conflict at once' => \&_conflict ],
    [ 'read by another user' => \&_other_user ],
    [ 'read after lifetime' => \&_after_lifetime ],
);
my @CHANGES = (
    [ 'change' => \&_change ],
    [ 'change (strong)' => sub { return _change(@_, @STRONG) } ],
    [ 'deletion' => \&_deletion ],
    [ 'deletion (strong)' => sub { return _deletion(@_, @STRONG) } ],
);
my @HELD = map {
    my ($name, $test) = @$_;
    [ "$name while held" => sub { return _held($test, @_) } ]
} @CHANGES;

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
        my %of = (
            store => $store,
            site => $site,
            b => $b,
            guest => 'Basic ' . encode_base64("guest:$guest", ''),
            count => $count,
            next => 3000
        );
        my @tests = (@TESTS, @CHANGES, $store->standby ? @HELD : ());
        $out->add($name, $_->[0], $count, $_->[1]->(\%of)) for @tests;
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

# A number that no product and no hour of a booking has had.
sub _next { my ($of) = @_; return $of->{next}++ }

sub _put
{
    my ($of, $id, $weight) = @_;
    return $of->{site}->post('product', "/products/$id/details", Bench::Site::product_body($id, $weight));
}

# What B has read before A changes or deletes it, so that it may be in B's cache, is not what a standby that
# is to lag still lacks.
sub _change { return _again(\&_put_old, sub { _put($_[0], $_[1], 200) }, \&_is_new, @_) }

sub _put_old { my ($of) = @_; my $id = _next($of); _put($of, $id, 100); return $id }

sub _is_new
{
    my ($of, $id, @headers) = @_;
    return $of->{b}->request(GET => "/products/$id", @headers)->body =~ /"weight":200\b/;
}

sub _deletion
{
    return _again(
        sub { my ($of) = @_; return $of->{site}->a_booking(_next($of)) },
        sub { my ($of, $path) = @_; return $of->{site}->request('booking', DELETE => $path) },
        sub {
            my ($of, $path, @headers) = @_;
            my @auth = (authorization => $of->{site}->auth);
            return $of->{b}->request(GET => $path, @auth, @headers)->status == 404;
        },
        @_
    );
}

# Things that B has read are changed at A; how many of them are new to B then.
sub _again
{
    my ($make, $change, $is_new, $of, @headers) = @_;
    my @things = map { $make->($of) } 1 .. $of->{count};
    $is_new->($of, $_) for @things;
    _hold($of) if $of->{held};
    my $right = 0;
    for my $thing (@things) {
        $change->($of, $thing);
        $right++ if $is_new->($of, $thing, @headers);
    }
    $of->{store}->standby->resume_replay if $of->{held};
    return $right;
}

sub _held
{
    my ($test, $of) = @_;
    local $of->{held} = 1;
    return $test->($of);
}

sub _hold
{
    my ($of) = @_;
    my $standby = $of->{store}->standby;
    $of->{store}->primary->wait_for_replay($standby);
    return $standby->pause_replay;
}

sub report
{
    my ($results) = @_;
    my (%right, @stores);
    for my $row ($results->read('consistency')) {
        push @stores, $row->{store} unless $right{ $row->{store} };
        $right{ $row->{store} }{ $row->{test} } = "$row->{right} of $row->{attempts}";
    }
    return map {
        my @names = map { $_->[0] } @$_;
        [
            [ 'store', @names ],
            map {
                my $of = $right{$_};
                (grep { defined $of->{$_} } @names) ? [ $_, @$of{@names} ] : ()
            } @stores
        ]
    } \@TESTS, \@CHANGES, \@HELD;
}

1;
