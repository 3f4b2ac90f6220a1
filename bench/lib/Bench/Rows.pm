package Bench::Rows;

# The rows of bench/compare: what each measures, and on what. Each starts what it needs, and lets ours and the peers
# work in turn (Bench::Turns).

use strict;
use warnings FATAL => 'all';

use Bench::Growth ();
use Bench::Host ();
use Bench::Peers ();
use Bench::Site ();
use Bench::Store ();
use Bench::Stores ();
use Bench::Turns qw(alternate answered booking_program figures host program record trivial v1_program
    wanted);
use Bench::Wrk qw(wrk);
use Bookable::Load ();
use Bookable::Process ();
use POSIX ();
use Time::HiRes qw(sleep time);

use constant { SPACES => 200, PRODUCTS => 100, RATE => 4800 };

# People who book by both APIs: so many that each of them has some dozens of bookings ahead, as people have.
use constant PEOPLE => 5000;

# Each row: its name, the stores of ours that it is measured on, what measures it, and of whom figures at 64
# connections will do. In the order of the report.
my @ROWS = (
    [ 'product-get', [qw(shm sqlite)], \&product_get, [qw(nginx)] ],
    [ 'product-put', [qw(shm sqlite sqlite-normal pgsql)], \&product_put, [qw(sqlite3 sqlite-normal pgsql)] ],
    [ 'space-get', [qw(shm sqlite)], \&space_get, [qw(go-nolog)] ],
    [ 'booking-get', [qw(shm sqlite)], \&booking_get, [qw(go-nolog)] ],
    [ 'booking-post', [qw(shm sqlite-normal sqlite pgsql)], \&booking_post, [qw(go-nolog sqlite)] ],
    [ 'booking-v1', [qw(sqlite-normal sqlite pgsql)], \&booking_v1 ],
    [ 'gateway', [qw(shm sqlite-normal)], \&gateway ],
    [ 'sign-up', [qw(shm sqlite)], \&sign_up ],
    [ 'cpu', [qw(shm sqlite pgsql)], \&cpu ],
    [ 'memory', [qw(shm sqlite)], \&memory ],
    [ 'growth', [qw(sqlite pgsql)], \&Bench::Growth::row ],
    [ 'store-booking', [qw(pgsql+nocache pgsql pgsql+redis)], \&Bench::Stores::bookings ],
    [ 'store-read', [qw(sqlite pgsql+redis shm+nocache sqlite+nocache pgsql+nocache)], \&Bench::Stores::reads ],
);

sub names
{
    return map { $_->[0] } @ROWS;
}

# run: results (a Bench::Results), progress, pairs, seconds, connections => [...], wants (of
# Bench::Store::chosen), small (less of what grows)
sub run
{
    my ($name, $run) = @_;
    my ($row) = grep { $_->[0] eq $name } @ROWS;
    my (undef, $stores, $measure, $at_64) = @$row;
    local $run->{row} = $name;
    local $run->{at_64} = $at_64;
    local $run->{file} =
        $run->{results}->create("compare-$name", qw(pair connections program measure value));
    return $measure->($run, wanted($run, @$stores));
}

# ---- rows ----------------------------------------------------------------------------------------

sub product_get
{
    my ($run, @stores) = @_;
    my $go = Bench::Peers::product();
    my $nginx = Bench::Peers::nginx();
    my @hosts = map { host($_, load => { trivial() }) } @stores;
    Bench::Site->of_host($_->base_url)->products(PRODUCTS) for $go, @hosts;
    my @load = ('get', path => '/products/%d', count => PRODUCTS);
    return alternate(
        $run,
        $run->{connections},
        (map { program($stores[$_], $hosts[$_]->base_url, @load) } 0 .. $#hosts),
        program(go => $go->base_url, @load),
        program(trivial => $hosts[0]->base_url, 'get', path => '/trivial', count => 1),
        program(nginx => $nginx->base_url, @load)
    );
}

sub product_put
{
    my ($run, @stores) = @_;
    my $go = Bench::Peers::product();
    my @hosts = map { host($_) } @stores;
    return alternate(
        $run,
        $run->{connections},
        (map { program($stores[$_], $hosts[$_]->base_url, 'product', count => 1000) } 0 .. $#hosts),
        program(go => $go->base_url, 'product', count => 1000),
        [ sqlite3 => sub { return sqlite3_inserts() } ]
    );
}

# The sqlite3 program with the same inserts, each synced: what one writer can do here.
sub sqlite3_inserts
{
    my $dir = Bookable::Process::run_dir();
    my $count = 3000;
    my $sql =
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;\n"
        . "CREATE TABLE products (id INTEGER PRIMARY KEY, sku TEXT NOT NULL, manufacturer TEXT NOT NULL,"
        . " category_id INTEGER NOT NULL, weight INTEGER NOT NULL, some_other_id INTEGER NOT NULL);\n"
        . join '',
        map { "INSERT OR REPLACE INTO products VALUES ($_, 'SKU-$_', 'Acme Corporation', 7, 1250, $_);\n" }
        1 .. $count;
    my $start = time;
    open my $out, '|-', 'sqlite3', "$dir/products.db" or die "sqlite3: $!\n";
    print {$out} ".output /dev/null\n$sql";
    close $out or die "sqlite3 fails\n";
    my $seconds = time - $start;
    unlink glob "$dir/*";
    rmdir $dir;
    return { rps => $count / $seconds };
}

# Ours on the stores, and the trio, each with a site of so many spaces: (name => site, ...), and what
# has to be kept alive meanwhile.
sub sites
{
    my ($spaces, @stores) = @_;
    my %trio = (go => Bench::Peers::trio(), 'go-nolog' => Bench::Peers::trio(log => 'off'));
    my @hosts = map { host($_) } @stores;
    my %site;
    @site{@stores} = map { Bench::Site->of_host($_->base_url) } @hosts;
    $site{$_} = of_trio($trio{$_}) for keys %trio;
    $_->spaces($spaces) for values %site;
    return (\%site, %trio, @hosts);
}

sub of_trio
{
    my ($trio) = @_;
    return Bench::Site->new(map { $_ => $trio->{$_}->base_url } keys %$trio);
}

my @TRIOS = ('go', 'go-nolog');

sub space_get
{
    my ($run, @stores) = @_;
    my ($site, @alive) = sites(SPACES, @stores);
    my @load = ('get', path => '/space/' . Bench::Site::BUILDING . '-%d', count => SPACES);
    return alternate($run, $run->{connections},
        map { program($_, $site->{$_}->url('space'), @load) } @stores, @TRIOS);
}

sub booking_get
{
    my ($run, @stores) = @_;
    my ($site, @alive) = sites(1, @stores);
    return alternate(
        $run,
        $run->{connections},
        map {
            program(
                $_, $site->{$_}->url('booking'), 'get',
                path => $site->{$_}->a_booking,
                count => 1,
                auth => $site->{$_}->member->{auth}
            )
        } @stores,
        @TRIOS
    );
}

sub booking_post
{
    my ($run, @stores) = @_;
    my ($site, @alive) = sites(SPACES, @stores);
    return alternate($run, $run->{connections}, map { booking_program($_, $site->{$_}) } @stores, @TRIOS);
}

# A booking of API v1 beside one of the base API, in one httpd, in turn by the same people.
sub booking_v1
{
    my ($run, @stores) = @_;
    my (@alive, @programs);
    for my $store (@stores) {
        push @alive, host($store);
        my $base = Bench::Site->of_host($alive[-1]->base_url)->spaces(SPACES)->people($alive[-1], PEOPLE);
        push @programs, v1_program($store, $base), booking_program("$store base", $base);
    }
    return alternate($run, $run->{connections}, @programs);
}

# A gateway, and behind it one instance of each service: ours, or the peers.
sub gateway
{
    my ($run, @stores) = @_;
    my @alive;
    my $front = sub {
        my (%services) = @_;
        my $gateway = Bench::Host->new(
            serves => 'gateway',
            members => { map { $_ => [ $services{$_}->base_url ] } keys %services }
        )->start;
        push @alive, $gateway, values %services;
        return Bench::Site->of_host($gateway->base_url)->spaces(SPACES);
    };
    my %site = map { $_ => $front->(services($_)) } @stores;
    $site{go} = $front->(%{ Bench::Peers::trio() }, product => Bench::Peers::product());
    my @get = ('get', path => '/space/' . Bench::Site::BUILDING . '-%d', count => SPACES);
    return alternate(
        $run, [64],
        (map { booking_program("$_ POST", $site{$_}) } @stores, 'go'),
        (map { program("$_ GET", $site{$_}->url('space'), @get) } @stores, 'go')
    );
}

sub services
{
    my ($store) = @_;
    my %services;
    for my $service (qw(user space product booking)) {
        $services{$service} = Bench::Host->new(
            serves => 'service',
            service => $service,
            on => Bench::Store->new($store, sizes => { Booking => '1G' }),
            members => { map { $_ => [ $services{$_}->base_url ] } grep { $services{$_} } qw(user space) }
        )->start;
    }
    return %services;
}

# How long a booking takes while nobody signs up, and while fifty do at once. The bookings are not as
# many as will go, or they would wait for each other.
sub sign_up
{
    my ($run, @stores) = @_;
    my $seconds = $run->{seconds};
    for my $pair (1 .. $run->{pairs}) {
        for my $store (@stores, 'go') {
            $run->{progress}->step("$run->{row}: pair $pair, $store");
            my ($site, @alive) = site($store);
            my $book = booking_program($store, $site, rate => 200)->[1];
            record($run, $pair, 16, "$store quiet", figures($book->(16, $seconds)));
            my $storm = start_storm($site->url('user'), 50);
            sleep 0.2;
            record($run, $pair, 16, "$store storm", figures($book->(16, $seconds)));
            kill KILL => $storm;
            waitpid $storm, 0;
        }
    }
    return;
}

# Sign-ups, all at once, by a process that is to be ended.
sub start_storm
{
    my ($url, $count) = @_;
    my $pid = fork // die "fork: $!\n";
    return $pid if $pid;
    my @connections = map { Bookable::Load::Connection->new($url, 60) } 1 .. $count;
    my @requests = map {
        $connections[ $_ - 1 ]->encode(
            POST => '/user',
            body => qq({"username":"storm $_","userPassword":"bench bench"})
        )
    } 1 .. $count;
    eval { Bookable::Load::volley(\@connections, \@requests) };
    POSIX::_exit(0);
}

# CPU time of all of a server's processes for one request, those of its database included, at a rate that
# all of them can bear.
sub cpu
{
    my ($run, @stores) = @_;
    my $go = Bench::Peers::product();
    my @hosts = map { host($_, load => { trivial() }) } @stores;
    my @sites = map { Bench::Site->of_host($_->base_url)->products(PRODUCTS)->spaces(SPACES) } @hosts;
    Bench::Site->of_host($go->base_url)->products(PRODUCTS);
    my @get = ('get', path => '/products/%d', count => PRODUCTS);
    return alternate(
        $run,
        [64],
        (
            map { cpu_program($stores[$_], $hosts[$_], program('', $hosts[$_]->base_url, @get, rate => RATE)) }
                0 .. $#hosts
        ),
        cpu_program(
            trivial => $hosts[0],
            program('', $hosts[0]->base_url, 'get', path => '/trivial', rate => RATE)
        ),
        cpu_program(go => $go, program('', $go->base_url, @get, rate => RATE)),
        (
            map {
                cpu_program("$stores[$_] POST /booking", $hosts[$_], booking_program('', $sites[$_], rate => 500))
            } 0 .. $#hosts
        )
    );
}

sub cpu_program
{
    my ($name, $server, $program) = @_;
    return [
        $name,
        sub {
            my ($connections, $seconds) = @_;
            my $before = $server->cpu;
            my $figures = $program->[1]->($connections, $seconds);
            return {
                rps => $figures->{rps},
                p99 => $figures->{p99},
                cpu_us => ($server->cpu - $before) / $figures->{requests} * 1e6
            };
        }
    ];
}

# What all four services hold while 64 connections keep them busy; the peers, one by one, as well.
sub memory
{
    my ($run, @stores) = @_;
    for my $store (@stores, 'go') {
        $run->{progress}->step("$run->{row}: $store");
        my ($site, @servers) = site($store);
        my $peak = 0;
        for my $load ([ 'space', 'get', path => '/space/' . Bench::Site::BUILDING . '-%d', count => SPACES ],
            [ 'booking', 'booking', $site->booking_args ])
        {
            my ($service, @load) = @$load;
            my $pid = fork // die "fork: $!\n";
            if (!$pid) {
                eval { wrk($site->url($service), 64, 2, @load) };
                POSIX::_exit(0);
            }
            while (!Bookable::Process::collected($pid)) {
                my $now = 0;
                $now += $_->memory for @servers;
                $peak = $now if $now > $peak;
                sleep 0.2;
            }
        }
        record($run, 1, 64, $store, pss_mb => $peak / 1e6);
    }
    return;
}

# A site of its own on one of ours, or on the trio, and its servers.
sub site
{
    my ($store) = @_;
    my @servers =
        $store eq 'go' ? Bench::Peers::trio() : Bench::Host->new(on => Bench::Store->new($store))->start;
    my $site = $store eq 'go' ? of_trio(@servers) : Bench::Site->of_host($servers[0]->base_url);
    return ($site->spaces(SPACES), map { ref $_ eq 'HASH' ? values %$_ : $_ } @servers);
}

1;
