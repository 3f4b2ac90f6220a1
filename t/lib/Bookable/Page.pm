package Bookable::Page;

# The web page in a real browser: an httpd with conf/web.conf and the page as make has built it, and a script of t/web
# that drives Debian's chromium by playwright-core and says its results as TAP.
#
#   Bookable::Page->new(path => '/book')->run('sign-in.mjs');
#
# The script can ask for what only this side can do: a line "!stop-database" on its standard output is answered by
# "done" when it has happened. It knows from its environment: SITE, the address of the page; ACCESS_LOG, the server's.

use strict;
use warnings FATAL => 'all';

use Cwd qw(realpath);
use File::Basename qw(dirname);
use IPC::Open2 qw(open2);

use Bookable::Browser ();
use Bookable::Daemon ();
use Bookable::Process qw(run_dir);
use Bookable::Server;

my $TOP = realpath(dirname(__FILE__) . '/../../..');

sub _build { return $ENV{BOOKABLE_BUILDDIR} || (-e "$TOP/build/web" ? "$TOP/build" : $TOP) }

# Why it cannot run here; undef where it can.
sub missing
{
    return 'node is not installed' if system('node --version > /dev/null 2>&1') != 0;
    return 'chromium is not installed' unless Bookable::Browser::_program();
    return 'the packages of t/web are not installed: make check-web does it' unless -e _build() . '/t/web/node_modules';
    return (grep { -e "$_/web/made/index.html" } _build(), $TOP) ? undef : 'the page is not built';
}

# Where the page is that make has built.
sub made { return (grep { -e "$_/index.html" } map { "$_/web/made" } _build(), $TOP)[0] }

# path    where the page is; none: at /
# store   of the server: pgsql where the database is to be stopped
# config  more of the server's configuration
# environment  what the script finds in its own
sub new
{
    my ($class, %args) = @_;
    my $self = bless { path => '', store => 'sqlite', config => '', environment => {}, %args }, $class;
    my $made   = made();
    my $access = run_dir() . '/access';
    # Where the database is stopped, a page is told so after the usual time.
    my $limits = $self->{store} eq 'pgsql' ? "BookablePoolTimeout 2s\nBookableStatementTimeout 5s\n" : '';
    my $define = "Define BOOKABLE_WEB \"$made\"\n" . ($self->{path} ? "Define BOOKABLE_WEB_PATH $self->{path}\n" : '');
    $self->{access} = $access;
    $self->{server} = Bookable::Server->new(api => '/v1', store => $self->{store}, threads => 32,
        stock => [qw(dir headers rewrite alias)],
        config => "BookableSiteName \"Northern College\"\nUserLoginFailures 0 0\nUserSignupLimit 0\n$define"
            . "Include \"$TOP/conf/web.conf\"\nCustomLog \"$access\" \"%m %U%q %>s\"\n$limits$self->{config}");
    return $self;
}

my %command = (
    'stop-database'  => sub { $_[0]{server}->store->postgres->stop },
    'start-database' => sub { $_[0]{server}->store->postgres->start },
    'stop-server'    => sub { $_[0]{server}->stop },
    'start-server'   => sub { $_[0]{server}->start },
);

# A script at the page of an address: what it says is printed, and what it asks for is done. Its exit status, 0 if all is
# well.
#
# environment  what the script finds in its own
# on           what it may ask for: {"stop-database" => sub}
sub drive
{
    my ($site, $script, %args) = @_;
    my %on   = %{ $args{on} || {} };
    my $home = run_dir();
    Bookable::Daemon::give_to_nobody($home);
    my %environment = (HOME => $home, TMPDIR => $home, SITE => $site, ACCESS_LOG => '/dev/null', CHROMIUM => Bookable::Browser::_program(),
        %{ $args{environment} || {} });
    my @command = Bookable::Daemon::as_nobody('env', map({ "$_=$environment{$_}" } sort keys %environment), 'node', _build() . "/t/web/$script");
    my $pid = open2(my $from, my $to, 'setsid', @command);
    $to->autoflush(1);
    while (defined(my $line = <$from>)) {
        if ($line =~ /^!(\S+)$/) {
            ($on{$1} || die "$script asks for '$1'\n")->();
            print {$to} "done\n";
        }
        else { print $line }
    }
    waitpid $pid, 0;
    my $status = $?;
    kill KILL => -$pid;
    return $status;
}

# Print what the script says, and do what it asks for. The exit status is the script's.
sub run
{
    my ($self, $script) = @_;
    $self->{server}->start;
    my %on = map { my $does = $command{$_}; ($_ => sub { $does->($self) }) } keys %command;
    my $status = drive($self->{server}->base_url . $self->{path}, $script, on => \%on,
        environment => { ACCESS_LOG => $self->{access}, %{ $self->{environment} } });
    $self->{server}->finish unless $status;
    exit($status ? 1 : 0);
}

1;
