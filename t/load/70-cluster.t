# A cluster, as bench/cluster makes one of conf/gateway.conf and conf/service.conf: under load an
# instance of each service is killed, and the gateway and every service are restarted gracefully.
# The clients know only the gateway's address.

use strict;
use warnings FATAL => 'all';

use FindBin ();
use lib "$FindBin::Bin/../lib";

use Test::More;
use Time::HiRes qw(sleep);

use Bookable::Client  ();
use Bookable::Cluster ();
use Bookable::Load    ();
use Bookable::Server  ();

my $SECONDS = ($ENV{BOOKABLE_LOAD_SECONDS} || 60) / 2;
$SECONDS = 20 if $SECONDS < 20;
my $CLIENTS  = 16;
my @SERVICES = qw(user space booking product);

# Clients 0 to 7 book, read and delete; 8 to 13 only read; the last two read and write products.
my $READING = 8;
my $PRODUCT = 14;

my $cluster = Bookable::Cluster->new;
my $dir = $cluster->dir;

# ---- the cluster ---------------------------------------------------------------------------------

sub cluster { return $cluster->run(@_) }

# Whether an instance itself says that it is well. (bench/cluster status asks all of them, with a
# process for each: that takes seconds beside this load.)
sub is_well
{
    my ($name, $service) = @_;
    open my $in, '<', "$dir/members" or die "members: $!\n";
    my ($port) = map { /\A\Q$name\E (\d+)/ } <$in>;
    my $route = $service eq 'product' ? 'products' : $service;
    return Bookable::Load::Connection->new("http://127.0.0.1:$port")
        ->request(GET => "/$route/health", Connection => 'close')->status == 200;
}

# The instances of a service that answered clients since: { pid of a child => requests }.
sub served
{
    my ($name, $since) = @_;
    my %served;
    open my $in, '<', "$dir/log/${name}_access.log" or die "$name: $!\n";
    while (my $line = <$in>) {
        my ($time, $pid, undef, $path) = split ' ', $line;
        $served{$pid}++ if $time > $since * 1000 && $path !~ m{/health\z};
    }
    return \%served;
}

# The store's bookings of these spaces, as Bookable::History wants them.
sub bookings
{
    my %wanted = map { $_ => 1 } @_;
    open my $in, '-|', 'sqlite3', '-readonly', '-separator', ' ', '-cmd', '.timeout 10000',
        "$dir/db/booking.db", 'SELECT id, space_id, start_ns, end_ns FROM bookings WHERE occupies = 1 ORDER BY id'
        or die "sqlite3: $!\n";
    # A space's id has no blank: they are written as underscores.
    my @rows = map { my %row; @row{qw(id space start end)} = split ' '; \%row } <$in>;
    return grep { $wanted{ $_->{space} } } @rows;
}

# ---- clients -------------------------------------------------------------------------------------

sub client
{
    my ($self, $number, $until) = @_;
    return product_client(@_) if $number >= $PRODUCT;
    return Bookable::Load::reading_client(@_) if $number >= $READING;
    return Bookable::Load::mixed_client(@_);
}

# Writes a product now and then, and reads it; what History is told nothing of. The last client makes
# a connection for each request, on which it could not try again.
sub product_client
{
    my ($self, $number, $until) = @_;
    my $connection = $self->connection;
    my ($count, @operations) = (0);
    while (Bookable::Load::now() < $until) {
        my @request = $count++ % 20
            ? (GET => "/products/$number")
            : (POST => "/products/$number/details",
                body => qq({"product_id":$number,"sku":"S$number","manufacturer":"Acme",)
                    . qq("category_id":1,"weight":$count,"some_other_id":1}));
        push @request, Connection => 'close' if $number == $CLIENTS - 1;
        my $operation = { kind => $request[0] eq 'GET' ? 'product-read' : 'product-write' };
        push @operations, Bookable::Load::operate($operation, $connection,
            sub { $_[0]->status =~ /\A20[04]\z/ ? 'ok' : 'fail' }, @request);
    }
    return @operations;
}

# ---- what came of it -----------------------------------------------------------------------------

# Runs $disturb($end) under load; the history, and operations that failed: reads, and others.
sub under_load
{
    my ($load, $disturb) = @_;
    # However long it takes on a busy machine, it is done under load.
    $load->start($SECONDS, \&client);
    sleep $SECONDS / 10;
    $disturb->($load->{started} + $SECONDS);
    my %least = (Bookable::Load::EACH_KIND, 'product-read/ok' => 1, 'product-write/ok' => 1);
    my $all = $load->wait(%least);
    diag $load->figures($all);
    my @all = $all->operations;
    # An answer was wanted and none, or another, came.
    my @failed = grep { defined $_->{why} } @all;
    my ($reads, $writes) = ([ grep { $_->{kind} =~ /read/ } @failed ],
        [ grep { $_->{kind} !~ /read/ } @failed ]);
    my $history = Bookable::History->new(grep { $_->{kind} !~ /product/ } @all);
    my $tally = $all->tally;
    ok $tally->{$_}, "there was $_" for sort keys %least;
    is_deeply [ map { $_->{why} } @$reads ], [], 'no GET failed'
        or diag scalar(@$reads) . ' GETs failed';
    my @violations = $history->check(rows => [ bookings(@{ $load->{space_ids} }) ],
        reads => $load->read_back($history));
    is_deeply \@violations, [], 'nothing acknowledged is lost, nothing is booked twice'
        or diag @violations . ' violations';
    return @$writes;
}

# The writes that failed between two moments, as a figure and what they said.
sub say_failed
{
    my ($what, @failed) = @_;
    my %why;
    $why{ $_->{why} =~ s/\A(\d+ ).*"(?:Details|message)":"([^"]*)".*/$1$2/sr }++ for @failed;
    diag sprintf '%s: %d POST or DELETE failed%s', $what, scalar @failed,
        join '', map { "; $why{$_} x $_" } sort keys %why;
    return;
}

sub between { my ($from, $to, @operations) = @_;
    return grep { $_->{completed} >= $from && $_->{completed} < $to } @operations }

# ---- tests ---------------------------------------------------------------------------------------

my $url = $cluster->up or BAIL_OUT('bench/cluster up fails');
like $url, qr{\Ahttp://127\.0\.0\.1:\d+\z}, 'bench/cluster up says where the gateway is';

# Each service that asks another does so once: mod_space the user service and the booking service.
subtest 'a space is made and archived at the gateway' => sub {
    my $client = Bookable::Client->new(base => $url);
    my $answer = $client->post('/v1/spaces/' . $client->space . '/archive', { reason => 'gone' }, as => $client->admin,
        headers => [ 'If-Match' => '*' ]);
    is $answer->code, 200, 'an instance of the space service finds the booking service' or diag $answer->as_string;
};

subtest 'kill -9 of an instance of each service' => sub {
    my $load = Bookable::Load->new(base_url => $url, clients => $CLIENTS)->prepare;
    my @kills;
    my @writes = under_load($load, sub {
        my ($end) = @_;
        for my $service (@SERVICES) {
            my $number = 1 + @kills % 2;
            my $name = "$service-$number";
            my $before = cluster(pid => $name);
            my $kill = { name => $name, at => Bookable::Load::now() };
            ok cluster(kill => $service, $number), "$name is killed";
            my $since = time;
            # The supervisor's turn, and the gateway's: nobody helps them.
            my $well = Bookable::Server::wait_until(20, sub { is_well($name, $service) });
            $kill->{well} = Bookable::Load::now() - $kill->{at};
            ok $well, "$name is well again";
            isnt cluster(pid => $name), $before, 'as a new process';
            my $works = Bookable::Server::wait_until(20, sub { %{ served($name, $since) } });
            $kill->{works} = Bookable::Load::now() - $kill->{at};
            ok $works, "$name is given work again";
            push @kills, $kill;
            my $pause = ($end - Bookable::Load::now()) / (@SERVICES - @kills + 1);
            sleep $pause if $pause > 0 && @kills < @SERVICES;
        }
    });
    for my $i (0 .. $#kills) {
        my ($kill, $next) = @kills[ $i, $i + 1 ];
        my @failed = between($kill->{at}, $next ? $next->{at} : 9**9**9, @writes);
        say_failed(sprintf('%s killed, well after %.1f s, at work after %.1f s',
            @$kill{qw(name well works)}), @failed);
        cmp_ok scalar @failed, '<=', $CLIENTS, "$kill->{name}: no more failed than were in flight";
    }
    is scalar between(0, $kills[0]{at}, @writes), 0, 'no write failed before the first kill';
};

subtest 'graceful restart of everything' => sub {
    my $load = Bookable::Load->new(base_url => $url, clients => $CLIENTS)->prepare;
    my @restarts;
    my @writes = under_load($load, sub {
        my ($end) = @_;
        my @names = ('gateway', (map { ("$_-1", "$_-2") } @SERVICES), 'gateway');
        for my $name (@names) {
            push @restarts, { name => $name, at => Bookable::Load::now() };
            ok cluster(graceful => $name), "graceful restart of $name";
            my $pause = ($end - Bookable::Load::now()) / (@names - @restarts + 1);
            sleep $pause if $pause > 0;
        }
    });
    for my $i (0 .. $#restarts) {
        my ($restart, $next) = @restarts[ $i, $i + 1 ];
        my @failed = between($restart->{at}, $next ? $next->{at} : 9**9**9, @writes);
        say_failed("graceful restart of $restart->{name}", @failed);
        cmp_ok scalar @failed, '<=', $CLIENTS, "$restart->{name}: at most one for each connection";
    }
};

ok cluster('status', '--quiet'), 'at the end all are well';
ok $cluster->stop, 'stopped';
is cluster('status', '--quiet'), undef, 'the cluster has no status after it was stopped';

done_testing;
