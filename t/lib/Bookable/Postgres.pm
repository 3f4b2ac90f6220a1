package Bookable::Postgres;

# A PostgreSQL of its own for a test, as Debian packs it: a new cluster in a temporary directory, on
# a free port of the loopback address, with standbys that follow it, where a test wants some. It can
# be stopped, killed, made silent and promoted.
#
#   my $primary = Bookable::Postgres->new->start;
#   my $standby = $primary->standby(synchronous => 1);
#   ... $primary->conninfo($standby) ...
#   $primary->kill9;
#   $standby->promote;
#
# A role "bookable", with a password, owns a database "bookable". PostgreSQL refuses to work for
# root: then all of it belongs to nobody.
#
# BOOKABLE_POSTGRES in the environment: the folder of its programs (what pg_config says, else the
# newest below /usr/lib/postgresql)

use strict;
use warnings FATAL => 'all';

use parent 'Bookable::Daemon';

use File::Path qw(make_path remove_tree);
use File::Temp ();

use Bookable::Certificate ();
use Bookable::File qw(slurp);
use Bookable::Process qw(children collected processes spawn wait_until);

# Small, and quick to start and to stop; a standby is known to be gone within seconds.
my %SETTINGS = (
    autovacuum                 => 'off',
    dynamic_shared_memory_type => 'mmap',
    listen_addresses           => '127.0.0.1',
    max_connections            => 200,
    max_wal_senders            => 4,
    shared_buffers             => '32MB',
    wal_level                  => 'replica',
    wal_receiver_timeout       => '5s',
    wal_retrieve_retry_interval => '200ms',
    wal_sender_timeout         => '5s',
);

# ---- programs ------------------------------------------------------------------------------------

# Where a program of PostgreSQL's is.
sub program
{
    my ($name) = @_;
    my ($said) = map { tr/\n//dr } qx(pg_config --bindir 2>/dev/null);
    my @debian = sort { ($b =~ m{/(\d+)/})[0] <=> ($a =~ m{/(\d+)/})[0] } glob '/usr/lib/postgresql/*/bin';
    for my $folder (grep { defined } $ENV{BOOKABLE_POSTGRES}, $said, @debian) {
        return "$folder/$name" if -x "$folder/$name";
    }
    die "no $name of PostgreSQL's: install postgresql, or set BOOKABLE_POSTGRES\n";
}

# Runs one to its end; what it says is in the server's output.
sub _run
{
    my ($self, $name, @args) = @_;
    local $ENV{PGPASSFILE} = $self->passfile;
    my $pid = spawn($self->output, Bookable::Daemon::as_nobody(program($name), @args));
    my $ended = wait_until(60, sub { collected($pid) });
    kill KILL => -$pid unless $ended;
    die "$name fails:\n" . $self->log_tail if !$ended || $?;
    return;
}

# ---- the cluster ---------------------------------------------------------------------------------

# fsync     1: what is committed survives a loss of power, as in earnest; slower
# tls       1: takes connections with TLS, too, by a certificate of its own: certificate() is its file
# settings  { name => value } of postgresql.conf
# connect_timeout  how long httpd tries to connect, in seconds (2): a busy machine may need more
sub new
{
    my ($class, %args) = @_;
    # The password is read by no other user, and never part of a command.
    my $self = $class->make(fsync => 0, settings => {}, database => 'bookable', standbys => 0, connect_timeout => 2,
        $args{password} ? () : (empty => _empty()), %args);
    $self->{password} //= $self->{empty}{password};
    $self->_write($self->passfile, "*:*:*:*:$self->{password}\n");
    return $self;
}

sub name     { return 'PostgreSQL' }
sub password { my ($self) = @_; return $self->{password} }

# For clients: it is for "localhost" and 127.0.0.1, and its own issuer.
sub certificate { my ($self) = @_; return "$self->{dir}/server.crt" }

sub _data { my ($self) = @_; return "$self->{dir}/data" }

# Of the user that httpd's children run as.
sub passfile { my ($self) = @_; return "$self->{dir}/pgpass" }

sub _write
{
    my ($self, $file, $text) = @_;
    my $new = !-e $file;
    open my $out, '>>', $file or die "$file: $!\n";
    if ($new) {
        chmod 0600, $file;
        chown +(stat $self->{dir})[ 4, 5 ], $file;
    }
    print {$out} $text;
    close $out or die "$file: $!\n";
    return;
}

# The last of several lines for one name holds.
sub _configure
{
    my ($self, %settings) = @_;
    $self->_write($self->_data . '/postgresql.conf',
        join '', map { "$_ = '$settings{$_}'\n" } sort keys %settings);
    return;
}

# What initdb makes, which takes longer than many a test: { data, password }. It is made once in a build folder, and
# copied for each cluster; whose is first keeps it there, and so all have one password.
my $here;    # without one, for this process

sub _empty
{
    my ($version) = qx('@{[ program('initdb') ]}' --version) =~ /([0-9.]+)/;
    my $kept = ($ENV{BOOKABLE_BUILDDIR} ? "$ENV{BOOKABLE_BUILDDIR}/t" : ($here //= File::Temp->newdir)) . "/initdb-$version";
    unless (-e "$kept/password") {
        my $first = __PACKAGE__->make(password => join('', map { sprintf '%04x', rand 65536 } 1 .. 8));
        $first->_write("$first->{dir}/password", $first->{password});
        $first->_run('initdb', '--no-sync', '--auth=scram-sha-256', '--username=postgres', '--encoding=UTF8',
            '--no-locale', "--pwfile=$first->{dir}/password", '-D', $first->_data);
        _keep($first->{dir}, $kept);
    }
    return { data => "$kept/data", password => slurp("$kept/password") };
}

# As a whole: another process may do so meanwhile, and the first one's stays.
sub _keep
{
    my ($dir, $kept) = @_;
    my $new = "$kept.$$";
    make_path($new);
    chmod 0700, $new;
    system('cp', '-a', "$dir/data", "$dir/password", $new) == 0 or die "cp to $new: $?\n";
    rename $new, $kept or -e "$kept/password" && remove_tree($new) or die "$kept: $!\n";
    return;
}

sub _make
{
    my ($self) = @_;
    system('cp', '-a', $self->{empty}{data}, $self->_data) == 0 or die 'cp to ' . $self->_data . ": $?\n";
    $self->_configure(%SETTINGS, fsync => $self->{fsync} ? 'on' : 'off');
    $self->_make_certificate if $self->{tls};
    return;
}

sub _make_certificate
{
    my ($self) = @_;
    my ($certificate, $key) = map { "$self->{dir}/server.$_" } qw(crt key);
    $self->_write($_, '') for $certificate, $key;
    Bookable::Certificate::make($key, $certificate) or die "openssl: no certificate\n";
    chmod 0644, $certificate;
    $self->_configure(ssl => 'on', ssl_cert_file => $certificate, ssl_key_file => $key);
    return;
}

# Change settings, of one that runs too, where they need no restart.
sub set
{
    my ($self, %settings) = @_;
    $self->_configure(%settings);
    return unless $self->{pid};
    kill HUP => $self->{pid};
    for my $name (sort keys %settings) {
        wait_until(10, sub { ($self->query("SHOW $name"))[0][0] eq $settings{$name} })
            or die "$name is not $settings{$name}\n";
    }
    return;
}

# ---- start and stop ------------------------------------------------------------------------------

# Start it (again, on the same files and port) and wait until it takes connections.
sub start
{
    my ($self) = @_;
    my $new = !-e $self->_data;
    $self->_make if $new;
    $self->_configure(port => $self->{port}, unix_socket_directories => $self->{dir},
        %{ $self->{settings} });
    $self->launch(60, sub { $self->_is_ready }, program('postgres'), '-D', $self->_data);
    if ($new) {
        # A password is no part of a statement either, which a log may hold: the role's is copied.
        local $self->{database} = 'postgres';
        $self->query('CREATE ROLE bookable LOGIN', "UPDATE pg_authid SET rolpassword = (SELECT"
            . " rolpassword FROM pg_authid WHERE rolname = 'postgres') WHERE rolname = 'bookable'",
            'CREATE DATABASE bookable OWNER bookable');
    }
    return $self;
}

# It says so itself, in the eighth line of this file.
sub _is_ready
{
    my ($self) = @_;
    my @lines = $self->_pid_file;
    return @lines > 7 && $lines[0] == $self->{pid} && $lines[7] =~ /\Aready/;
}

sub _pid_file
{
    my ($self) = @_;
    open my $in, '<', $self->_data . '/postmaster.pid' or return;
    return <$in>;
}

# "fast" ends the sessions and then itself; "immediate" is a crash: the next start recovers.
sub stop
{
    my ($self, $how) = @_;
    my $pid = $self->{pid} or return;
    $self->resume;
    kill +(($how // 'fast') eq 'immediate' ? 'QUIT' : 'INT') => $pid;
    my $ended = wait_until(30, sub { !$self->is_alive });
    $self->kill9;
    return $ended;
}

sub restart { my ($self, $how) = @_; $self->stop($how); return $self->start }

# Its processes, the first one first. Each of the others leads a process group of its own.
sub _all { my ($self) = @_; return ($self->{pid}, children($self->{pid})) }

# kill -9 of every process at once: the first one stands still, and starts none meanwhile.
sub kill9
{
    my ($self) = @_;
    my $pid = $self->{pid} or return;
    kill STOP => $pid;
    my @all = $self->_all;
    $self->SUPER::kill9(@all);
    delete $self->{paused};
    my %killed = map { $_ => 1 } @all;
    wait_until(10, sub { !grep { $killed{ $_->[0] } } processes() })
        or die "a process of PostgreSQL $pid survives kill -9\n";
    # What a clean end removes: the few bytes that keep two of them from one directory.
    my ($segment) = map { /(\d+)\s*\z/ } ($self->_pid_file)[6] // '';
    system "ipcrm -m $segment 2>/dev/null" if $segment;
    return 1;
}

# It stays connected, takes new connections even, and answers nothing, until resume().
sub hold
{
    my ($self) = @_;
    Bookable::Process::pause($self->{pid});
    $self->{paused} = [ $self->_all ];
    Bookable::Process::pause(@{ $self->{paused} });
    return;
}

sub resume { my ($self) = @_; return kill CONT => @{ delete $self->{paused} || [] } }

# ---- standbys ------------------------------------------------------------------------------------

# A standby that follows this one, started.
#   synchronous  1: a commit here is acknowledged when it can be read there (remote_apply)
sub standby
{
    my ($self, %args) = @_;
    my $name = 'standby_' . ++$self->{standbys};
    my $standby = Bookable::Postgres->new(map { $_ => $self->{$_} } qw(fsync password connect_timeout));
    $standby->_run('pg_basebackup', '--no-sync', '--checkpoint=fast', '--wal-method=stream',
        '--create-slot', "--slot=$name", '--write-recovery-conf', '-D', $standby->_data,
        '-d', "host=127.0.0.1 port=$self->{port} user=postgres application_name=$name");
    $standby->start;
    wait_until(30, sub { @{ [ $self->query(
        "SELECT 1 FROM pg_stat_replication WHERE application_name = '$name' AND state = 'streaming'") ] } })
        or die "the standby does not follow:\n" . $standby->log_tail;
    $self->set(synchronous_commit => 'remote_apply', synchronous_standby_names => $name)
        if $args{synchronous};
    return $standby;
}

# Make a standby a primary.
sub promote
{
    my ($self) = @_;
    $self->query('SELECT pg_promote(true, 30)');
    wait_until(30, sub { ($self->query('SELECT pg_is_in_recovery()'))[0][0] eq 'f' })
        or die "the standby stays one:\n" . $self->log_tail;
    return;
}

# Wait until everything that is committed here can be read on that standby.
sub wait_for_replay
{
    my ($self, $standby) = @_;
    my $here = ($self->query('SELECT pg_current_wal_lsn()'))[0][0];
    return wait_until(30, sub {
        ($standby->query("SELECT pg_last_wal_replay_lsn() >= '$here'"))[0][0] eq 't'
    }) || die "the standby lags\n";
}

# A standby that receives, and shows nothing of it until it goes on.
sub pause_replay
{
    my ($self) = @_;
    $self->query('SELECT pg_wal_replay_pause()');
    wait_until(10, sub {
        ($self->query('SELECT pg_get_wal_replay_pause_state()'))[0][0] eq 'paused'
    }) or die "replay goes on\n";
    return;
}

sub resume_replay { my ($self) = @_; $self->query('SELECT pg_wal_replay_resume()'); return }

# ---- connections ---------------------------------------------------------------------------------

# A connection string for httpd: to this one, or, of this one and others, to whichever is the primary.
sub conninfo
{
    my ($self, @others) = @_;
    my @all = ($self, @others);
    my $which = @others ? ' target_session_attrs=read-write' : '';
    return 'host=' . join(',', map { '127.0.0.1' } @all) . ' port=' . join(',', map { $_->{port} } @all)
        . " dbname=bookable user=bookable password=$self->{password} connect_timeout=$self->{connect_timeout}$which";
}

# The environment in which PostgreSQL's programs find the services' database, as its superuser.
sub environment
{
    my ($self) = @_;
    return (PGHOST => '127.0.0.1', PGPORT => $self->{port}, PGUSER => 'postgres',
        PGDATABASE => $self->{database}, PGPASSFILE => $self->passfile, PGCONNECT_TIMEOUT => 10);
}

# Rows of some statements in the services' database, each a list of its columns.
sub query
{
    my ($self, @sql) = @_;
    local %ENV = (%ENV, $self->environment);
    return rows(@sql);
}

# The same, of the database that the environment names.
sub rows
{
    my (@sql) = @_;
    open my $in, '-|', program('psql'), qw(-XqAt -v ON_ERROR_STOP=1 -F), "\t",
        map({ ('-c', $_) } @sql) or die "psql: $!\n";
    my @rows = map { chomp; [ length $_ ? split /\t/, $_, -1 : '' ] } <$in>;
    close $in or die "psql: @sql: " . ($! || "exit $?") . "\n";
    return @rows;
}

# A session that has run some statements, and stays: see Session.
sub session
{
    my ($self, @sql) = @_;
    local %ENV = (%ENV, $self->environment);
    my $session = Bookable::Postgres::Session->new(program('psql'));
    $session->run($_) for @sql;
    return $session;
}

# ---- ends ----------------------------------------------------------------------------------------

sub finish
{
    my ($self) = @_;
    $self->stop('immediate');
    return $self->remove_files;
}

package Bookable::Postgres::Session;

# psql with an open transaction, or whatever else a test wants to be there for a while.

use IO::Select ();
use IPC::Open2 qw(open2);

sub new
{
    my ($class, $psql) = @_;
    my $pid = open2(my $out, my $in, $psql, qw(-XqAt -v ON_ERROR_STOP=1));
    return bless { pid => $pid, in => $in, out => $out, owner => $$ }, $class;
}

# Runs statements, and waits until they are done.
sub run
{
    my ($self, $sql) = @_;
    print { $self->{in} } "$sql;\n\\echo done\n";
    $self->{in}->flush;
    my $said = '';
    while ($said !~ /^done$/m) {
        IO::Select->new($self->{out})->can_read(Bookable::Process::patience(30))
            && sysread($self->{out}, $said, 4096, length $said) or die "psql: $sql fails\n";
    }
    return;
}

# What its transaction did not commit is undone.
sub end
{
    my ($self) = @_;
    my $pid = delete $self->{pid} or return;
    close $self->{in};
    waitpid $pid, 0;
    return;
}

sub DESTROY
{
    my ($self) = @_;
    local ($?, $!);
    $self->end if $self->{owner} == $$;
    return;
}

1;
