package Bookable::Server;

# An httpd of its own for a test: one temporary directory, one free port on the loopback address,
# any MPM, any subset of the four modules. Apache::Test runs one server for a whole suite; this is
# for the tests that kill, restart or reconfigure theirs.
#
#   my $server = Bookable::Server->new(mpm => 'worker', config => "BookableStatusCodes standard\n");
#   $server->start;
#   ... $server->base_url ...
#   $server->stop;
#
# Taken from the environment, each with a default that suits a checkout:
#   BOOKABLE_BUILDDIR  where mod_X/.libs/mod_X.so are     (the checkout, or its folder build/)
#   BOOKABLE_APXS      apxs of the httpd to run           (apxs, apxs2)
#   BOOKABLE_HTTPD     the program to run as httpd        (what apxs says)
#   BOOKABLE_STORE, BOOKABLE_CACHE  the store of tests that name none: see Bookable::Store
#   BOOKABLE_MPMS      those that a load test goes through  (see mpms)
#   BOOKABLE_LOGS      a directory that the servers' logs are copied to at the end

use strict;
use warnings FATAL => 'all';

use File::Basename qw(dirname);
use File::Path qw(make_path remove_tree);
use File::Spec::Functions qw(catfile rel2abs);
use IO::Select ();
use IO::Socket::INET ();
use parent 'Bookable::Daemon';
use Time::HiRes qw(sleep);

use Bookable::File ();
use Bookable::Process qw(as_busy free_port group in_time late patience pause processes run_dir
    spawn wait_until);
use Bookable::Store ();

my @SERVICES = qw(user space booking product);

# For a test that is not about time limits: no store is too slow for these, whatever else the machine does. Servers
# with API v1 have them: what their tests are about takes many statements, several at once, and connections that
# PostgreSQL opens for them. A test of a limit sets its own.
our $PATIENT = "BookablePoolTimeout 60s\nBookableStatementTimeout 60s\nBookableBusyTimeout 60s\n";
# The same of the breaker of bookings: calls that a busy machine makes slow do not open it.
our $PATIENT_BREAKER = "BookingBreaker space slow-time=60s\n";
my $TOP      = rel2abs(dirname(__FILE__) . '/../../..');

# ---- where things are ----------------------------------------------------------------------------

sub _apxs
{
    my ($variable) = @_;
    my @candidates = $ENV{BOOKABLE_APXS} || qw(apxs apxs2 /usr/bin/apxs);
    for my $apxs (@candidates) {
        my $value = qx('$apxs' -q $variable 2>/dev/null);
        chomp $value;
        return $value if length $value;
    }
    die "apxs -q $variable gives nothing: set BOOKABLE_APXS\n";
}

my %apxs;
sub _libexecdir { return $apxs{libexecdir} //= _apxs('LIBEXECDIR') }

sub httpd
{
    return $ENV{BOOKABLE_HTTPD} if $ENV{BOOKABLE_HTTPD};
    return $apxs{httpd} //= _apxs('SBINDIR') . '/' . _apxs('PROGNAME');
}

sub module_path
{
    my ($name) = @_;
    my @folders = $ENV{BOOKABLE_BUILDDIR} || ($TOP, "$TOP/build");
    for my $folder (@folders) {
        my $path = rel2abs("$folder/mod_$name/.libs/mod_$name.so");
        return $path if -e $path;
    }
    die "mod_$name.so is not built in @folders: run make, or set BOOKABLE_BUILDDIR\n";
}

# The ways to work that a load test goes through: those that BOOKABLE_MPMS names, else all; but on a
# store that was chosen for the whole test one, for stores know nothing of them.
sub mpms
{
    my $all = ($ENV{BOOKABLE_STORE} // 'sqlite') eq 'sqlite' ? 'worker event prefork' : 'worker';
    my @mpms = split ' ', $ENV{BOOKABLE_MPMS} || $all;
    return @mpms;
}

# ---- configuration -------------------------------------------------------------------------------

# mpm       worker, event or prefork; default worker, under memcheck event: a worker's listener waits
#           for the mutex around accept() wherever a server listens on several ports, a child that ends
#           goes without it after some seconds, and it then lets go of a mutex whose memory has gone
# modules   services to load, default all four; each answers under its usual path
# stock     further modules of httpd's own to load, e.g. [qw(status proxy proxy_http)]
# children, threads  processes, and threads of each; prefork has children * threads processes
# api       '/v1' switches API v1 on, whose stores have to be databases: see Bookable::Store::has_v1
# bare      1: no directives of the modules, only LoadModule lines
# config    more configuration, a string or a code reference that gets the server
# dir       where its files go; made, and removed at the end, if not given
# store     a Bookable::Store, which several servers may share, or the kind of one; cache  of it
sub new
{
    my ($class, %args) = @_;
    my $self = bless {
        mpm      => $ENV{VALGRIND} ? 'event' : 'worker',
        modules  => \@SERVICES,
        stock    => [],
        children => 2,
        threads  => 16,
        config   => '',
        %args,
    }, $class;
    $self->{dir} //= run_dir();
    $self->{made_dir} = !defined $args{dir};
    $self->{port} //= free_port();
    make_path("$self->{dir}/db");
    chmod 0755, $self->{dir};
    Bookable::Daemon::give_to_nobody("$self->{dir}/db");
    $self->{store} = Bookable::Store->new(kind => $self->{bare} ? 'sqlite' : $self->{store},
        cache => $self->{cache}, dir => "$self->{dir}/db") unless ref $self->{store};
    return Bookable::Process::watch($self);
}

sub base_url  { my ($self) = @_; return "http://127.0.0.1:$self->{port}" }
sub name      { return 'httpd' }
sub dir       { my ($self) = @_; return $self->{dir} }
sub store     { my ($self) = @_; return $self->{store} }
sub db        { my ($self) = @_; return $self->{store}->file }
sub error_log { my ($self) = @_; return catfile($self->{dir}, 'error_log') }
sub conf      { my ($self) = @_; return catfile($self->{dir}, 'httpd.conf') }

# How many requests it can work on at the same time.
sub capacity { my ($self) = @_; return $self->{children} * $self->{threads} }

sub _mpm_config
{
    my ($self) = @_;
    my $workers = $self->capacity;
    # As many spare ones as there are workers: a child that was killed is replaced at once.
    # The scoreboard has room for the generation that a graceful restart leaves behind.
    return <<"END" if $self->{mpm} eq 'prefork';
ServerLimit @{[ $workers * 3 ]}
StartServers $workers
MinSpareServers $workers
MaxSpareServers @{[ $workers * 2 ]}
MaxRequestWorkers $workers
END
    return <<"END";
ServerLimit @{[ $self->{children} * 4 ]}
StartServers $self->{children}
ThreadLimit $self->{threads}
ThreadsPerChild $self->{threads}
MinSpareThreads $workers
MaxSpareThreads @{[ $workers * 2 ]}
MaxRequestWorkers $workers
END
}

# What every server is told that runs under it: so slow is everything there.
sub for_memcheck { return $ENV{VALGRIND} ? $PATIENT : '' }

my %SERVICE_CONFIG = (
    user => <<'END',
UserPath /user
UserBcryptCost 4
UserAuthSchemes bearer password session-id
UserAdminSignup On
UserPasswordMinimum 1
UserHashWait 60s
END
    space   => "SpacePath /space\n",
    booking => "BookingPath /booking\n",
    product => "ProductPath /products\n",
);

sub _load_lines
{
    my ($stock, $ours) = @_;
    my %path = map { $_ => _libexecdir() . "/mod_$_.so" } @$stock;
    return join '',
        map({ -e $path{$_} ? "LoadModule ${_}_module \"$path{$_}\"\n" : () } @$stock),
        map({ sprintf "LoadModule %s_module \"%s\"\n", $_, module_path($_) } @$ours);
}

# Those of the modules that a store needs.
sub load_lines { my ($store) = @_; return _load_lines([ $store->stock ], [ $store->ours ]) }

sub config_text
{
    my ($self) = @_;
    # unixd and log_config are built in where Debian made httpd, modules elsewhere.
    my @stock = ("mpm_$self->{mpm}", qw(unixd log_config authn_core authz_core dbd));
    my $text = _load_lines([ @stock, @{ $self->{stock} } ], $self->{modules});
    $text .= load_lines($self->{store});
    $text .= "User nobody\nGroup " . group() . "\n" if $> == 0;
    $text .= <<"END";
ServerName 127.0.0.1
Listen 127.0.0.1:$self->{port}
DefaultRuntimeDir "$self->{dir}"
PidFile "$self->{dir}/httpd.pid"
DocumentRoot "$self->{dir}"
ErrorLog "@{[ $self->error_log ]}"
LogLevel notice
Timeout 60
KeepAliveTimeout 30
MaxKeepAliveRequests 0
@{[ $self->_mpm_config ]}
END
    $text .= $self->{store}->config(connections => $self->{threads},
        services => $self->{bare} ? [] : $self->{modules});
    $text .= for_memcheck() if !$self->{bare} && @{ $self->{modules} };
    unless ($self->{bare}) {
        $text .= $SERVICE_CONFIG{$_} for @{ $self->{modules} };
        $text .= "BookableApi $self->{api}\n$PATIENT" if $self->{api};
        $text .= "UserAuthSchemes bearer password session-id cookie\n"
            if $self->{api} && grep { $_ eq 'user' } @{ $self->{modules} };
    }
    $text .= ref $self->{config} ? $self->{config}->($self) : $self->{config};
    $text .= "\n" unless $text =~ /\n\z/;
    return $text;
}

sub _write_config
{
    my ($self) = @_;
    return Bookable::File::write_file($self->conf, $self->config_text);
}

# A file in its directory, which is the DocumentRoot too, that httpd's own user can read.
sub write_file
{
    my ($self, $name, $text) = @_;
    my $file = catfile($self->{dir}, $name);
    make_path(dirname($file));
    Bookable::File::write_file($file, $text);
    chmod 0644, $file;
    return $file;
}

# What `httpd -t` says of a configuration: (exit status, its output).
sub configtest { my ($class, %args) = @_; return $class->begin_configtest(%args)->() }

# The same, only begun: a function that waits for it.
sub begin_configtest
{
    my ($class, %args) = @_;
    my $self = $class->new(bare => 1, %args);
    $self->_write_config;
    open my $pipe, '-|', "'@{[ httpd() ]}' -t -d '$self->{dir}' -f '@{[ $self->conf ]}' 2>&1" or die "httpd -t: $!\n";
    return sub {
        my $output = do { local $/; <$pipe> } // '';
        close $pipe;
        my $exit = $? >> 8 || $? & 127;
        undef $self;    # its files are read until here
        return ($exit, $output);
    };
}

# ---- start and stop ------------------------------------------------------------------------------

# Start it (again, on the same files and port) and wait until it answers a request.
sub start
{
    my ($self) = @_;
    $self->{store}->start;
    for my $attempt (1 .. 5) {
        $self->_write_config;
        $self->_spawn;
        my $answers = wait_until(30, sub { !$self->is_alive || $self->_answers });
        if ($answers && $self->is_alive) {
            $self->{started} = 1;
            return $self;
        }
        $self->kill9;
        last if $self->_said !~ /Address already in use/;
        # Its clients know the port of one that was started before.
        if ($self->{started}) { sleep 1 }
        else                  { $self->{port} = free_port() }
    }
    die "httpd does not start:\n" . ($self->_said || $self->log_tail) . "\n";
}

sub _spawn
{
    my ($self) = @_;
    my @command = (httpd(), '-DFOREGROUND', '-d', $self->{dir}, '-f', $self->conf);
    $self->{said_before} = -s $self->output // 0;
    $self->{pid} = spawn($self->output, @command);
    return;
}

sub _answers
{
    my ($self) = @_;
    my $socket = IO::Socket::INET->new(PeerAddr => '127.0.0.1', PeerPort => $self->{port},
        Proto => 'tcp', Timeout => 5) or return;
    local $SIG{PIPE} = 'IGNORE';
    syswrite $socket, "HEAD / HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n" or return;
    return unless IO::Select->new($socket)->can_read(patience(5));
    my $answer = '';
    return sysread($socket, $answer, 64) && $answer =~ m{\AHTTP/1};
}

# The processes that serve requests.
sub children { my ($self) = @_; return $self->{pid} ? Bookable::Process::children($self->{pid}) : () }

# Children, all of them if none are named, hold still until resume(): what arrives in between is all
# there when they go on. Returns when each of their threads has stopped.
sub hold
{
    my ($self, @children) = @_;
    @children = $self->children unless @children;
    $self->{held} = \@children;
    return pause(@children);
}

sub resume { my ($self) = @_; return kill CONT => @{ delete $self->{held} || [] } }

# Reads its configuration again, and ends all that its children are at: what shared memory holds stays.
sub restart
{
    my ($self) = @_;
    my %old = map { $_ => 1 } $self->children;
    $self->_write_config;
    kill HUP => $self->{pid};
    wait_until(30, sub { !(grep { $old{$_} } $self->children) && $self->_answers })
        or die "httpd does not restart:\n" . $self->log_tail . "\n";
    return $self;
}

sub graceful { my ($self) = @_; return kill USR1 => $self->{pid} }

# Whether there are as many children as it is to have, and none of these.
sub _has_all_but
{
    my ($self, @gone) = @_;
    my %gone = map { $_ => 1 } @gone;
    my @here = $self->children;
    return @here == ($self->{mpm} eq 'prefork' ? $self->capacity : $self->{children})
        && !grep { $gone{$_} } @here;
}

# Restarts gracefully with its configuration of now; returns when all children are new ones, or false.
# It begins when all are there: httpd makes them one by one after the last restart, and one that came
# late would pass for a new one. The connections that these clients keep are closed first: an old child
# stays for as long as one is kept, and may close it, unanswered, just as a request is sent; HTTP lets
# no client repeat a POST then.
sub renew
{
    my ($self, @clients) = @_;
    wait_until(30, sub { $self->_has_all_but }) or return 0;
    my @old = $self->children;
    $_->{agent}->conn_cache->drop for @clients;
    $self->_write_config;
    $self->graceful;
    return wait_until(30, sub { $self->_has_all_but(@old) });
}

sub stop
{
    my ($self) = @_;
    return unless $self->{pid};
    $self->resume;
    kill TERM => $self->{pid};
    my $ended = wait_until(20, sub { !$self->is_alive });
    $self->kill9;
    return $ended;
}

# kill -9 of every process of the server at once.
sub kill9
{
    my ($self) = @_;
    my $pid = $self->{pid} or return;
    $self->SUPER::kill9(-$pid, $pid);
    wait_until(10, sub { !grep { $_->[2] == $pid } processes() })
        or die "a child of httpd $pid survives kill -9\n";
    return 1;
}

# What it says before its error log is open.
sub _said
{
    my ($self) = @_;
    open my $in, '<', $self->output or return '';
    seek $in, $self->{said_before}, 0;
    return join '', <$in>;
}

sub logs { my ($self) = @_; return ($self->output, $self->error_log) }

# ---- the store -----------------------------------------------------------------------------------

sub query    { my ($self, $sql) = @_; return $self->{store}->query($sql) }
sub bookings { my ($self) = @_; return $self->{store}->bookings }

# ---- ends ----------------------------------------------------------------------------------------

# Stop it and remove its files; where the test failed, they are kept and the log's end is shown.
sub finish
{
    my ($self) = @_;
    $self->stop;
    if ($ENV{BOOKABLE_LOGS} && $self->{started}) {
        open my $out, '>', "$ENV{BOOKABLE_LOGS}/server-$$-$self->{port}" or warn "BOOKABLE_LOGS: $!\n";
        print {$out} $self->log_tail(1e6);
    }
    if ($self->{started} && Bookable::Process::keep_files()) {
        print STDERR "# $self->{dir} is kept; the end of the server's log:\n",
            map { "#   $_\n" } split /\n/, $self->log_tail;
    }
    elsif ($self->{made_dir}) {
        remove_tree($self->{dir});
    }
    return;
}

1;
