package Bookable::Browser;

# Debian's chromium, without a window, as several people use it: each has cookies of their own.
#
#   my $browser = Bookable::Browser->new->start;
#   my $ann = $browser->person('ann');
#   $ann->goto("$site/v1/session/sso?return=/book/");
#   $ann->submit(login => 'ann', password => 'x');      # fills in the form that is shown, and sends it
#   $ann->wait("$site/book/");                          # until the address is this one
#   my $answer = $ann->fetch('/v1/session');            # as a script of the page that is shown
#
# t/sso/browser.mjs drives it, with playwright-core: make check-sso installs that.

use strict;
use warnings FATAL => 'all';

use parent 'Bookable::Daemon';
use IPC::Open2 qw(open2);
use JSON::PP ();

use Bookable::Process qw(group patience wait_until);
use Bookable::SignOn ();

my $json = JSON::PP->new->utf8->canonical;

# Why it cannot run here; undef where it can.
sub missing { return Bookable::SignOn::missing() // (_program() ? undef : 'chromium is not installed') }

sub _program { return (grep { -x } qw(/usr/bin/chromium /usr/bin/chromium-browser))[0] }

sub new  { my ($class) = @_; return $class->make }
sub name { return 'chromium' }

sub start
{
    my ($self) = @_;
    my @command = Bookable::Daemon::as_nobody('env', "HOME=$self->{dir}", "TMPDIR=$self->{dir}", 'node',
        Bookable::SignOn::script('browser.mjs'), _program());
    open my $errors, '>>', $self->output or die $self->output . ": $!\n";
    open my $saved, '>&', \*STDERR or die "stderr: $!\n";
    open STDERR, '>&', $errors or die "stderr: $!\n";
    $self->{pid} = open2($self->{from}, $self->{to}, 'setsid', @command);
    open STDERR, '>&', $saved or die "stderr: $!\n";
    $self->_answer->{ready} or die 'chromium does not start: ' . $self->log_tail . "\n";
    return $self;
}

sub _answer
{
    my ($self) = @_;
    local $SIG{ALRM} = sub { die 'the browser does not answer: ' . $self->log_tail . "\n" };
    alarm patience(300);
    my $line = readline($self->{from}) // die 'the browser has ended: ' . $self->log_tail . "\n";
    alarm 0;
    return $json->decode($line);
}

sub person { my ($self, $name) = @_; return bless { browser => $self, name => $name }, 'Bookable::Browser::Person' }

sub _do
{
    my ($self, %command) = @_;
    print { $self->{to} } $json->encode(\%command), "\n";
    $self->{to}->flush;
    my $answer = $self->_answer;
    die "browser: $command{do}: $answer->{error}\n" if ref $answer eq 'HASH' && $answer->{error};
    return $answer;
}

# Its own processes make a group: chromium's helpers are of it too.
sub kill9
{
    my ($self) = @_;
    my $pid = $self->{pid} or return;
    kill KILL => -$pid, $pid;
    wait_until(10, sub { !$self->is_alive }) or die "the browser survives kill -9\n";
    return 1;
}

package Bookable::Browser::Person;

sub _do { my ($self, $do, %more) = @_; return $self->{browser}->_do(do => $do, name => $self->{name}, %more) }

# What is shown: { status, url, text }.
sub goto    { my ($self, $url) = @_; return $self->_do('goto', url => $url) }
sub submit  { my ($self, %fields) = @_; return $self->_do('submit', fields => \%fields) }
sub wait    { my ($self, $url) = @_; return $self->_do('wait', url => $url) }
sub cookies { my ($self) = @_; return $self->_do('cookies') }
sub leave   { my ($self) = @_; return $self->_do('leave') }

# What a script of the page that is shown gets: { status, url, text, headers }. init is fetch()'s own.
sub fetch { my ($self, $url, %init) = @_; return $self->_do('fetch', url => $url, init => \%init) }

1;
