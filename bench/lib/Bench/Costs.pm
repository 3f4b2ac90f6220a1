package Bench::Costs;

# What bench/capacity measures: each part writes a file of its own, capacity-NAME.csv, with the columns
# round, what, value. The unit is the last word of what.

use strict;
use warnings FATAL => 'all';

use Bench::Cluster ();
use Bench::Host ();
use Bench::Pgbench qw(pgbench);
use Bench::Site ();
use Bench::Store ();
use Bench::Usage ();
use Bench::Wrk qw(wrk);
use Bookable::Certificate ();
use Bookable::Load ();
use Bookable::Postgres ();
use Bookable::Process qw(children free_port run_dir);
use File::Path qw(remove_tree);

use constant { SPACES => 200, CONNECTIONS => 16, RATE => 400 };

my @PARTS = (
    [ requests => \&requests ],
    [ login => \&login ],
    [ connections => \&connections ],
    [ tls => \&tls ],
    [ gateway => \&gateway ],
    [ wal => \&wal ],
    [ commit => \&commit ],
    [ fdw => \&fdw ],
);

sub names { return map { $_->[0] } @PARTS }

# run: results (a Bench::Results), progress, rounds, seconds
sub run
{
    my ($name, $run) = @_;
    my ($part) = grep { $_->[0] eq $name } @PARTS;
    local $run->{file} = $run->{results}->create("capacity-$name", qw(round what value));
    return $part->[1]->($run);
}

sub _add
{
    my ($run, $round, $what, $value) = @_;
    $run->{file}->add($round, $what, sprintf '%.6g', $value);
    return;
}

# Microseconds of CPU time that servers use for each request of some work; work returns how many it made.
sub _cpu_us
{
    my ($cpu, $work) = @_;
    my $before = $cpu->();
    my $requests = $work->();
    return 1e6 * ($cpu->() - $before) / $requests;
}

sub _made
{
    my ($figures) = @_;
    die "$figures->{refused} refused, $figures->{lost} lost of $figures->{requests}\n"
        if $figures->{refused} + $figures->{lost} > $figures->{requests} / 100;
    return $figures->{requests};
}

sub _book
{
    my ($site, $seconds, %more) = @_;
    my $figures = wrk($site->url('booking'), CONNECTIONS, $seconds, 'booking', $site->booking_args, %more);
    $site->booked($figures);
    return $figures;
}

# ---- requests ------------------------------------------------------------------------------------

# The three kinds of a booking's life, at a rate that leaves the machine time.
sub requests
{
    my ($run) = @_;
    for my $name (qw(shm sqlite pgsql)) {
        my $host = Bench::Host->new(on => Bench::Store->new($name, sizes => { Booking => '1G' }))->start;
        my $site = Bench::Site->of_host($host->base_url)->spaces(SPACES);
        my $booking = $site->a_booking;
        my %kind = (
            'GET /space' => sub {
                return wrk($host->base_url, CONNECTIONS, $run->{seconds}, 'get', count => SPACES, rate => 4 * RATE,
                    path => '/space/' . Bench::Site::BUILDING . '-%d');
            },
            'GET /booking' => sub {
                return wrk($host->base_url, CONNECTIONS, $run->{seconds}, 'get', count => 1, rate => 4 * RATE,
                    path => $booking, auth => $site->member->{auth});
            },
            'POST /booking' => sub { return _book($site, $run->{seconds}, rate => RATE) },
        );
        $_->() for values %kind;    # what is only slow the first time
        # As autovacuum does within minutes: until then a plan is for an empty table.
        $host->{on}->query('ANALYZE') if $host->{on}->is_pgsql;
        for my $round (1 .. $run->{rounds}) {
            $run->{progress}->step("requests: $name, round $round");
            for my $kind (sort keys %kind) {
                my $us = _cpu_us(sub { $host->cpu }, sub { _made($kind{$kind}->()) });
                _add($run, $round, "$name $kind cpu_us", $us);
            }
        }
        $host->stop;
    }
    return;
}

# ---- people who log in ---------------------------------------------------------------------------

sub login
{
    my ($run) = @_;
    my $host = Bench::Host->new->start;
    my $client = Bookable::Load::Connection->new($host->base_url, 600);
    for my $round (1 .. $run->{rounds}) {
        $run->{progress}->step("login: round $round");
        my $body = qq({"username":"user $round","userPassword":"a password"});
        my $path = '/user';
        for my $what ('sign-up', 'login') {
            my $us = _cpu_us(
                sub { $host->cpu },
                sub {
                    for (1 .. ($what eq 'login' ? 5 : 1)) {
                        my $answer = $client->request(POST => $path, body => $body);
                        die "$what: " . $answer->text . "\n" unless $answer->status =~ /\A20[01]\z/;
                        $path = "/user/$1" if $what eq 'sign-up' && $answer->body =~ /(\d+)/;
                    }
                    return $what eq 'login' ? 5 : 1;
                }
            );
            _add($run, $round, "$what cpu_ms", $us / 1000);
        }
    }
    return $host->stop;
}

# ---- connections ---------------------------------------------------------------------------------

# The memory that connections hold which have made a request and are kept open.
sub connections
{
    my ($run) = @_;
    my $count = 400;    # of 1024 open files that a process commonly may have
    for my $round (1 .. $run->{rounds}) {
        $run->{progress}->step("connections: round $round");
        my $host = Bench::Host->new(config => 'KeepAliveTimeout 300')->start;
        Bench::Site->of_host($host->base_url)->spaces(1);
        my $path = '/space/' . Bench::Site::BUILDING . '-1';
        my @kept = map { Bookable::Load::Connection->new($host->base_url) } 0 .. $count;
        (shift @kept)->request(GET => $path);
        my $before = $host->memory;
        _add($run, $round, 'at rest mb', $before / 1e6);
        $_->request(GET => $path) for @kept;
        _add($run, $round, 'connection kb', ($host->memory - $before) / 1e3 / $count);
        $_->close for @kept;
        $host->stop;
    }
    return;
}

# ---- TLS -----------------------------------------------------------------------------------------

# Handshakes alone, by OpenSSL's own client: new ones, and such as take a session up again.
sub tls
{
    my ($run) = @_;
    my ($dir, $port) = (run_dir(), free_port());
    Bookable::Certificate::make("$dir/key", "$dir/certificate") or die "openssl: no certificate\n";
    my $tls = Bench::Host::top() . '/conf/tls.conf';
    my $host = Bench::Host->new(config => <<"END")->start;
Define BOOKABLE_CERTIFICATE "$dir/certificate"
Define BOOKABLE_KEY "$dir/key"
Define BOOKABLE_TLS_LISTEN 127.0.0.1:$port
Include "$tls"
END
    # Of TLS 1.3 the client takes none up again.
    my %kind = ('new TLS 1.3' => '-new', 'new TLS 1.2' => '-new -tls1_2', 'resumed TLS 1.2' => '-reuse -tls1_2');
    for my $round (1 .. $run->{rounds}) {
        for my $kind (sort keys %kind) {
            $run->{progress}->step("tls: $kind, round $round");
            my $us = _cpu_us(
                sub { $host->cpu },
                sub {
                    my $said = qx(openssl s_time -connect 127.0.0.1:$port $kind{$kind} -time $run->{seconds} 2>&1);
                    return ($said =~ /(\d+) connections in \d+ real/)[0] || die "openssl s_time: $said\n";
                }
            );
            _add($run, $round, "$kind cpu_us", $us);
        }
    }
    $host->stop;
    remove_tree($dir);
    return;
}

# ---- the gateway ---------------------------------------------------------------------------------

# CPU time of the gateway and of all services behind it, for one request through it.
sub gateway
{
    my ($run) = @_;
    my $cluster = Bench::Cluster->new;
    my $members = $cluster->members;
    my $site = Bench::Site->of_host($cluster->url)->spaces(SPACES);
    my %kind = (
        'GET /space' => sub {
            return wrk($cluster->url, CONNECTIONS, $run->{seconds}, 'get', count => SPACES, rate => 4 * RATE,
                path => '/space/' . Bench::Site::BUILDING . '-%d');
        },
        'POST /booking' => sub { return _book($site, $run->{seconds}, rate => RATE) },
    );
    $_->() for values %kind;
    for my $round (1 .. $run->{rounds}) {
        for my $kind (sort keys %kind) {
            $run->{progress}->step("gateway: $kind, round $round");
            my %before = map { $_ => Bench::Usage::cpu($members->{$_}{group}) } keys %$members;
            my $requests = _made($kind{$kind}->());
            my %used = (gateway => 0, services => 0);
            $used{ $_ eq 'gateway' ? 'gateway' : 'services' } +=
                Bench::Usage::cpu($members->{$_}{group}) - $before{$_}
                for keys %$members;
            _add($run, $round, "$kind $_ cpu_us", 1e6 * $used{$_} / $requests) for sort keys %used;
        }
    }
    return;
}

# ---- PostgreSQL ----------------------------------------------------------------------------------

# What bookings add to the write-ahead log, just after a checkpoint and later, and what they cost a standby.
sub wal
{
    my ($run) = @_;
    my $store = Bench::Store->new('pgsql-eventual');
    my $host = Bench::Host->new(on => $store)->start;
    my $site = Bench::Site->of_host($host->base_url)->spaces(SPACES);
    my ($primary, $standby) = ($store->primary, $store->standby);
    _book($site, 2 * $run->{seconds}, rate => RATE);
    for my $round (1 .. $run->{rounds}) {
        for my $when ('after a checkpoint', 'later') {
            $run->{progress}->step("wal: $when, round $round");
            $primary->query('CHECKPOINT') if $when =~ /after/;
            my ($from) = @{ ($primary->query('SELECT pg_current_wal_lsn()'))[0] };
            my $requests = 0;
            my $cpu = sub { return Bench::Usage::cpu_of($standby->pid, children($standby->pid)) };
            my $us = _cpu_us(
                $cpu,
                sub {
                    $requests = _made(_book($site, $run->{seconds}, rate => RATE));
                    $primary->wait_for_replay($standby);
                    return $requests;
                }
            );
            my ($bytes) = @{ ($primary->query("SELECT pg_wal_lsn_diff(pg_current_wal_lsn(), '$from')"))[0] };
            _add($run, $round, "$when wal_bytes", $bytes / $requests);
            _add($run, $round, "$when standby cpu_us", $us);
        }
    }
    return $host->stop;
}

# Bookings per second by what a commit waits for, each as a part of those where it waits for this server's disk.
my @COMMIT = (
    [ 'on without a standby' => 'on', '' ],
    [ 'off' => 'off', '' ],
    [ 'remote_write' => 'remote_write', 'standby_1' ],
    [ 'on' => 'on', 'standby_1' ],
    [ 'remote_apply' => 'remote_apply', 'standby_1' ],
);

sub commit
{
    my ($run) = @_;
    my $store = Bench::Store->new('pgsql-eventual');
    my $host = Bench::Host->new(on => $store)->start;
    my $site = Bench::Site->of_host($host->base_url)->spaces(SPACES);
    _book($site, $run->{seconds});
    for my $round (1 .. $run->{rounds}) {
        my $first;
        for my $commit (@COMMIT) {
            my ($name, $mode, $standby) = @$commit;
            $run->{progress}->step("commit: $name, round $round");
            $store->primary->set(synchronous_standby_names => $standby, synchronous_commit => $mode);
            my $figures = _book($site, $run->{seconds});
            _made($figures);
            $first //= $figures;
            _add($run, $round, "$name rate ratio", $figures->{rps} / $first->{rps});
            _add($run, $round, "$name median ratio", $figures->{p50} / $first->{p50});
        }
    }
    return $host->stop;
}

# ---- several servers -----------------------------------------------------------------------------

my $SCRIPT = <<'END';
\set id random(1, 4000000000000000000)
\set room random(1, 200)
\set hour random(1, 2000000000)
INSERT INTO TABLE VALUES (:id, 'Room-' || :room, int8range(:hour, :hour + 1))
END

# The statement of a booking on a server itself, and through postgres_fdw on another; and whether the
# foreign table takes the ON CONFLICT that decides a conflict, which mod_booking's statement has.
sub fdw
{
    my ($run) = @_;
    my ($near, $far) = map { Bookable::Postgres->new(fsync => 1)->start } 1, 2;
    my $table = 'CREATE TABLE bookings (id bigint PRIMARY KEY, space_id text NOT NULL, hours int8range NOT NULL,'
        . ' CONSTRAINT bookings_overlap EXCLUDE USING gist (space_id WITH =, hours WITH &&))';
    $_->query('CREATE EXTENSION btree_gist', $table) for $near, $far;
    my ($port, $password) = ($far->port, $far->password);
    $near->query(
        'CREATE EXTENSION postgres_fdw',
        "CREATE SERVER far FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host '127.0.0.1', port '$port', dbname 'bookable')",
        "CREATE USER MAPPING FOR postgres SERVER far OPTIONS (user 'postgres', password '$password')",
        'CREATE FOREIGN TABLE far_bookings (id bigint, space_id text, hours int8range)'
            . " SERVER far OPTIONS (table_name 'bookings')"
    );
    my $refused = !eval {
        $near->query("INSERT INTO far_bookings VALUES (1, 'a', '[1,2)') ON CONFLICT ON CONSTRAINT bookings_overlap"
            . ' DO NOTHING');
        1;
    };
    _add($run, 1, 'ON CONFLICT refused', $refused);
    # Many short ones, for what else is on the machine comes and goes.
    for my $round (1 .. 3 * $run->{rounds}) {
        my %rate;
        for my $name (qw(bookings far_bookings)) {
            $run->{progress}->step("fdw: $name, round $round");
            $rate{$name} =
                pgbench($near, $SCRIPT =~ s/TABLE/$name/r, clients => 4, seconds => $run->{seconds})->{rps};
        }
        _add($run, $round, 'rate ratio', $rate{far_bookings} / $rate{bookings});
    }
    return;
}

1;
