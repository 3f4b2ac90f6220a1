package Bookable::Store;

# Where the services of a test keep what they know, and what they remember of it: for each of the
# stores and caches the lines of httpd's configuration, the servers that have to run, and a look into
# the store that does not ask httpd. So one suite runs on all of them.
#
#   my $store = Bookable::Store->new(kind => 'pgsql', dir => $dir)->start;
#   ... $store->config(connections => 16, services => [qw(user space)]) ...
#   my @rows = $store->bookings;
#
# Taken from the environment, where a test does not say:
#   BOOKABLE_STORE   sqlite (default)
#                    pgsql    PostgreSQL
#                    standby  PostgreSQL, read from a standby where a read may be; it is a synchronous
#                             one, so that what is written can be read there at once
#                    shm      shared memory; nobody but httpd can look into it
#   BOOKABLE_CACHE   none (default), shmcb or redis

use strict;
use warnings FATAL => 'all';

my %STORES = (
    sqlite  => 'Bookable::Store::SQLite',
    pgsql   => 'Bookable::Store::PostgreSQL',
    standby => 'Bookable::Store::Standby',
    shm     => 'Bookable::Store::SharedMemory',
);
my %CACHES = (none => 1, shmcb => 1, redis => 1);

# kind   of store; cache  of it
# dir    a directory for files, which httpd may write to; name  of SQLite's file there
# asynchronous  1: the standby follows when it can
# further arguments are Bookable::Postgres's
sub new
{
    my ($class, %args) = @_;
    # On a busy machine a connection takes long. A test that lets PostgreSQL hang says 2.
    $args{connect_timeout} //= 30;
    my $kind  = delete $args{kind}  // $ENV{BOOKABLE_STORE} // 'sqlite';
    my $cache = delete $args{cache} // $ENV{BOOKABLE_CACHE} // 'none';
    my $of = $STORES{$kind} or die "BOOKABLE_STORE=$kind: must be " . join(', ', sort keys %STORES) . "\n";
    $CACHES{$cache} or die "BOOKABLE_CACHE=$cache: must be " . join(', ', sort keys %CACHES) . "\n";
    return bless { kind => $kind, cache => $cache, dir => delete $args{dir}, name => delete $args{name},
        server => \%args }, $of;
}

sub kind { my ($self) = @_; return $self->{kind} }

sub needs_servers { my ($self) = @_; return $self->{cache} eq 'redis' || $self->can('postgres') }

# Whether it can be looked into from outside; whether it outlives httpd; what is wrong with its files.
sub is_visible { return 1 }
sub is_durable { return 1 }
sub damage     { return '' }

# Whether the store that the environment chooses can keep what API v1 has: shared memory cannot. Tests
# of it begin with
#     plan skip_all => 'the store has no API v1' unless Bookable::Store::has_v1();
sub has_v1 { return ($ENV{BOOKABLE_STORE} // 'sqlite') ne 'shm' }

# Start the servers that it needs; those that run already stay as they are.
sub start
{
    my ($self) = @_;
    if ($self->{cache} eq 'redis' && !$self->{redis}) {
        require Bookable::Redis;
        $self->{redis} = Bookable::Redis->new->start;
    }
    return $self;
}

sub redis { my ($self) = @_; return $self->{redis} }

# The modules that httpd has to load for it, besides mod_dbd: of its own, and of ours.
sub stock { my ($self) = @_; return $self->{cache} eq 'shmcb' ? 'socache_shmcb' : () }
sub ours  { my ($self) = @_; return $self->{cache} eq 'redis' ? 'socache_hiredis' : () }

# connections  how many one child may open
# services     those that are loaded
sub config
{
    my ($self, %args) = @_;
    my $text = $self->store_config(%args);
    $text .= "BookableCache shmcb\n" if $self->{cache} eq 'shmcb';
    $text .= 'BookableCache ' . $self->{redis}->url(0) . "\nBookableCacheKey "
        . $self->{redis}->key . "\n" if $self->{cache} eq 'redis';
    return $text;
}

sub pool
{
    my ($driver, $params, $connections) = @_;
    return <<"END";
DBDriver $driver
DBDParams "$params"
DBDMin 1
DBDKeep $connections
DBDMax $connections
END
}

# A directive of each service: "UserStore shm"
sub each_service
{
    my ($services, $directive) = @_;
    return map { ucfirst($_) . "$directive\n" } @$services;
}

# All bookings that there are, as Bookable::History wants them; nothing where nobody can see them. Rows of what was
# cancelled stay.
sub bookings
{
    my ($self) = @_;
    return map { { id => $_->[0], space => $_->[1], start => $_->[2], end => $_->[3] } }
        $self->query('SELECT id, space_id, start_ns, end_ns FROM bookings WHERE occupies = 1');
}

# What a history is checked with, where the store can be seen: (rows => [...]).
sub rows
{
    my ($self) = @_;
    return $self->is_visible ? (rows => [ $self->bookings ]) : ();
}

# ---- of another process --------------------------------------------------------------------------

# The store of the suite's server, which t/TEST started: its tests can look into it.
sub of_suite
{
    my ($class, $dir) = @_;
    my $self = $class->new(dir => $dir);
    $self->{elsewhere} = 1;
    return $self;
}

# What t/TEST leaves in its environment for that.
sub environment { return () }

# ---- SQLite --------------------------------------------------------------------------------------

package Bookable::Store::SQLite;
our @ISA = 'Bookable::Store';

sub file { my ($self) = @_; return "$self->{dir}/" . ($self->{name} // 'bookable.db') }

sub store_config
{
    my ($self, %args) = @_;
    # Whoever writes waits for all that write already, however slow the machine makes them.
    my $patience = @{ $args{services} } ? "BookableBusyTimeout 60s\n" : '';
    return Bookable::Store::pool('sqlite3', $self->file, $args{connections}) . $patience;
}

# Rows of a query, each a list of its columns.
sub query
{
    my ($self, $sql) = @_;
    open my $in, '-|', 'sqlite3', '-readonly', '-separator', "\t", '-cmd', '.timeout 10000',
        $self->file, $sql or die "sqlite3: $!\n";
    my @rows = map { chomp; [ split /\t/, $_, -1 ] } <$in>;
    close $in or die "sqlite3: $sql: " . ($! || "exit $?") . "\n";
    return @rows;
}

# Change rows, as no request could.
sub change
{
    my ($self, $sql) = @_;
    system('sqlite3', '-cmd', '.timeout 10000', $self->file, $sql) == 0 or die "sqlite3: $sql\n";
    return;
}

sub damage
{
    my ($self) = @_;
    return join "\n", grep { $_ ne 'ok' } map { @$_ } $self->query('PRAGMA integrity_check');
}

# ---- PostgreSQL ----------------------------------------------------------------------------------

package Bookable::Store::PostgreSQL;
our @ISA = 'Bookable::Store';

sub start
{
    my ($self) = @_;
    unless ($self->{postgres}) {
        require Bookable::Postgres;
        $self->{postgres} = Bookable::Postgres->new(%{ $self->{server} })->start;
    }
    return $self->SUPER::start;
}

# The server: a Bookable::Postgres, where this process started it.
sub postgres { my ($self) = @_; return $self->{postgres} }

sub conninfo { my ($self) = @_; return $self->{postgres}->conninfo }

sub store_config
{
    my ($self, %args) = @_;
    return Bookable::Store::pool('pgsql', $self->conninfo, $args{connections});
}

sub environment { my ($self) = @_; return $self->{postgres}->environment }

sub query
{
    my ($self, $sql) = @_;
    return $self->{postgres}->query($sql) unless $self->{elsewhere};
    require Bookable::Postgres;
    return Bookable::Postgres::rows($sql);
}

sub change { my ($self, $sql) = @_; $self->query($sql); return }

# ---- PostgreSQL with a standby -------------------------------------------------------------------

package Bookable::Store::Standby;
our @ISA = 'Bookable::Store::PostgreSQL';

sub start
{
    my ($self) = @_;
    my $synchronous = delete $self->{server}{asynchronous} ? 0 : 1;
    $self->SUPER::start;
    $self->{standby} //= $self->{postgres}->standby(synchronous => $synchronous);
    return $self;
}

sub standby { my ($self) = @_; return $self->{standby} }

# The primary is killed and the standby takes its place, for those who look from here as well.
sub fail_over
{
    my ($self) = @_;
    $self->{postgres}->kill9;
    $self->{standby}->promote;
    @$self{qw(postgres standby)} = @$self{qw(standby postgres)};
    return;
}

sub conninfo { my ($self) = @_; return $self->{postgres}->conninfo($self->{standby}) }

# The virtual host of the standby's connections listens nowhere.
sub store_config
{
    my ($self, %args) = @_;
    my $standby = Bookable::Store::pool('pgsql', $self->{standby}->conninfo, $args{connections});
    return join '', $self->SUPER::store_config(%args), "BookableStandby standby.pool\n",
        Bookable::Store::each_service($args{services}, 'Consistency eventual'),
        "<VirtualHost 127.0.0.1:1>\nServerName standby.pool\n$standby</VirtualHost>\n";
}

# ---- shared memory -------------------------------------------------------------------------------

package Bookable::Store::SharedMemory;
our @ISA = 'Bookable::Store';

sub is_visible { return }
sub is_durable { return }

sub store_config
{
    my ($self, %args) = @_;
    return join '', Bookable::Store::each_service($args{services}, 'Store shm');
}

sub query { die "shared memory cannot be looked into\n" }

1;
