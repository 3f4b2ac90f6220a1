package Bench::Store;

# A store or a cache by name: the directives that choose it, and the servers behind it while the
# object lives.
#
#   sqlite          the default: a commit is on the disk when it is acknowledged
#   sqlite-normal   BookableSynchronous normal
#   shm             shared memory
#   pgsql           PostgreSQL, which syncs each commit
#   pgsql-strong    and a standby that is not read
#   pgsql-eventual  and a standby that is read
#   NAME+nocache, NAME+redis    without the cache that conf/ has, shmcb, and with another one

use strict;
use warnings FATAL => 'all';

use Bench::Usage ();
use Bookable::Process ();

my @SERVICES = qw(User Space Booking Product);

# As one would have it on two cores, and not as tests want it.
my %POSTGRES = (
    fsync => 1,
    settings => {
        shared_buffers => '256MB',
        autovacuum => 'on',
        max_wal_size => '4GB',
        checkpoint_timeout => '15min',
        max_connections => 700
    },
);

my %CONFIG = (
    sqlite => sub { return '' },
    'sqlite-normal' => sub { return "BookableSynchronous normal\n" },
    shm => sub { my ($self) = @_; return _shm($self->{sizes}) },
    pgsql => sub { my ($self) = @_; return _pgsql($self->_primary) },
    'pgsql-strong' => sub {
        my ($self) = @_;
        return _pgsql($self->_primary) . _standby_config($self->_standby, 'strong');
    },
    'pgsql-eventual' => sub {
        my ($self) = @_;
        return _pgsql($self->_primary) . _standby_config($self->_standby, 'eventual');
    },
    nocache => sub { return "BookableCache Off\n" },
    redis => sub { my ($self) = @_; return $self->_redis_config },
);

# sizes  of the stores in shared memory: { Booking => '512M', ... }; else their defaults
sub new
{
    my ($class, $name, %args) = @_;
    my $self = bless { name => $name, sizes => {}, %args }, $class;
    for my $part (split /\+/, $name) {
        my $config = $CONFIG{$part} or die "no such store: $part; there are @{[ names() ]}\n";
        $self->{config} .= $config->($self);
    }
    return $self;
}

# Of a list of names, or of all if there is none: a function that says whether one is wanted. A store
# with a cache is if both are.
sub chosen
{
    my ($list) = @_;
    my %chosen = map { $_ => 1 } defined $list ? split /,/, $list : names();
    $CONFIG{$_} or die "no such store: $_; there are @{[ names() ]}\n" for keys %chosen;
    return sub {
        my ($name) = @_;
        return !grep { !$chosen{$_} } split /\+/, $name;
    };
}

sub names { my @names = sort keys %CONFIG; return @names }
sub config { my ($self) = @_; return $self->{config} }

# Rows of some SQL in a PostgreSQL, for those that have one.
sub query { my ($self, @sql) = @_; return $self->_primary->query(@sql) }

# Seconds of CPU time that the servers behind it have used.
sub cpu
{
    my ($self) = @_;
    my $sum = 0;
    $sum += Bench::Usage::cpu_of($_->pid, Bookable::Process::children($_->pid))
        for grep { defined } @$self{qw(primary standby redis)};
    return $sum;
}

# Its servers, where it has them.
sub primary { my ($self) = @_; return $self->{primary} }
sub standby { my ($self) = @_; return $self->{standby} }

sub is_pgsql { my ($self) = @_; return $self->{name} =~ /\Apgsql/ }

# A service's directives, for those services that the httpd has.
sub _each
{
    my ($directives) = @_;
    return join '',
        map { '<IfModule ' . lc . "_module>\n" . $directives->($_) . "</IfModule>\n" } @SERVICES;
}

sub _shm
{
    my ($sizes) = @_;
    return "BookableApi Off\n" . _each(sub {
        my ($service) = @_;
        my $size = $sizes->{$service};
        return "${service}Store shm\n" . ($size ? "${service}StoreSize $size\n" : '');
    });
}

sub _primary
{
    my ($self) = @_;
    require Bookable::Postgres;
    return $self->{primary} //= Bookable::Postgres->new(%POSTGRES)->start;
}

sub _standby { my ($self) = @_; return $self->{standby} //= $self->_primary->standby }

sub _pgsql
{
    my ($server) = @_;
    return "DBDriver pgsql\nDBDParams \"" . $server->conninfo . "\"\nDBDMin 1\nDBDKeep 8\nDBDMax 8\n";
}

# Its connections are those of a virtual host that nobody can reach.
sub _standby_config
{
    my ($standby, $consistency) = @_;
    return
        "<VirtualHost 127.0.0.1:1>\nServerName standby.pool\nBookableCacheName standby\n"
        . _pgsql($standby)
        . "</VirtualHost>\nBookableStandby standby.pool\n"
        . _each(sub { return "$_[0]Consistency $consistency\n" });
}

sub _redis_config
{
    my ($self) = @_;
    require Bookable::Redis;
    $self->{redis} //= Bookable::Redis->new->start;
    my $module = Bookable::Server::module_path('socache_hiredis');
    return qq(LoadModule socache_hiredis_module "$module"\nBookableCache ) . $self->{redis}->url
        . "\nBookableCacheKey " . $self->{redis}->key . "\n";
}

1;
