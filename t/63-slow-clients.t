# One client opens two thousand connections and says on each only half of what it wants: others are
# answered beside them, and httpd ends those connections after a few seconds. With conf/bookable.conf as
# it is.

use strict;
use warnings FATAL => 'all';

use Apache::Test qw(-withtestmore);
use Cwd qw(realpath);
use File::Basename qw(dirname);
use IO::Select ();
use IO::Socket::INET ();
use IO::Socket::UNIX ();
use Socket qw(AF_UNIX PF_UNSPEC SOCK_STREAM);
use POSIX qw(_exit);

use Bookable::Client;
use Bookable::Daemon;
use Bookable::Process qw(free_port group patience run_dir spawn wait_until);
use Bookable::Server;

use constant { HELPERS => 4, EACH => 500, HEADER => 10 };

my $CONF = realpath(dirname($INC{'Bookable/Server.pm'}) . '/../../../conf');
my $dir  = run_dir();
my $port = free_port();

# An httpd of that file, in processes that end with this test.
{
    package Httpd;
    sub finish
    {
        my ($self) = @_;
        kill KILL => -$self->{pid}, $self->{pid};
        waitpid $self->{pid}, 0;
        system('rm', '-rf', $dir);
        return;
    }
    sub DESTROY { my ($self) = @_; Bookable::Process::end($self); return }
}

sub start
{
    my %place = (LISTEN => "127.0.0.1:$port", USER => 'nobody', GROUP => group(), RUN => "$dir/run",
        LOG => $dir, HTTPD => Bookable::Server::_libexecdir(), DATABASE => "$dir/db/bookable.db");
    for my $folder (qw(db run)) {
        mkdir "$dir/$folder" or die "$dir/$folder: $!\n";
        Bookable::Daemon::give_to_nobody("$dir/$folder");
    }
    open my $out, '>', "$dir/httpd.conf" or die "$dir/httpd.conf: $!\n";
    print {$out} map({ "LoadModule ${_}_module " . Bookable::Server::module_path($_) . "\n" }
        qw(user space booking product)), map({ qq(Define BOOKABLE_$_ "$place{$_}"\n) } sort keys %place),
        qq(Include "$CONF/bookable.conf"\n);
    # Under sanitizers two thousand connections may not be open within the seconds of that file.
    print {$out} 'RequestReadTimeout header=', patience(5), '-', patience(HEADER), ",MinRate=500\n"
        if patience(1) > 1;
    close $out or die "$dir/httpd.conf: $!\n";
    my $pid = spawn("$dir/output", Bookable::Server::httpd(), '-DFOREGROUND', '-f', "$dir/httpd.conf");
    return Bookable::Process::watch(bless { pid => $pid }, 'Httpd');
}

# A process with many connections, for one may not have so many files. It says when all are open and
# half a request is sent on each; asked for it, how many of them httpd has ended; and goes when asked to.
sub half_senders
{
    my ($mine, $its) = IO::Socket::UNIX->socketpair(AF_UNIX, SOCK_STREAM, PF_UNSPEC) or die "socketpair: $!\n";
    my $pid = fork // die "fork: $!\n";
    if ($pid) {
        close $its;
        return { pid => $pid, socket => $mine };
    }
    close $mine;
    $SIG{PIPE} = 'IGNORE';
    my $open = IO::Select->new;
    for (1 .. EACH) {
        my $socket = IO::Socket::INET->new(PeerAddr => '127.0.0.1', PeerPort => $port, Proto => 'tcp') or next;
        syswrite $socket, "GET /products/health HTTP/1.1\r\nHost: a\r\nX-Half: ";
        $open->add($socket);
    }
    syswrite $its, $open->count . "\n";
    while (<$its> ne "go\n") {
        $open->remove($_) for $open->can_read(0);    # its 408, or its end
        syswrite $its, $open->count . "\n";
    }
    _exit(0);
}

sub still_open
{
    my (@helpers) = @_;
    my $sum = 0;
    for my $helper (@helpers) {
        syswrite $helper->{socket}, "how many\n";
        my $socket = $helper->{socket};
        $sum += readline $socket;
    }
    return $sum;
}

my $httpd  = start();
my $client = sub { Bookable::Client->new(base => "http://127.0.0.1:$port") };
ok(wait_until(30, sub { $client->()->get('/products/health')->code == 200 }),
    'httpd serves with conf/bookable.conf')
    or diag(qx(tail -5 '$dir/output' '$dir/bookable_error.log'));

# A machine that is so busy that it starts no processes for seconds gets another try.
my ($answer, $beside);
for (1 .. 3) {
    my @helpers = map { half_senders() } 1 .. HELPERS;
    my $sent = 0;
    for my $helper (@helpers) {
        my $socket = $helper->{socket};
        $sent += readline $socket;
    }
    $sent == HELPERS * EACH or die "only $sent connections\n";
    $answer = $client->()->get('/products/health')->code;
    $beside = still_open(@helpers);
    ok(wait_until(HEADER, sub { still_open(@helpers) == 0 }),
        'httpd ends connections whose requests do not go on');
    for my $helper (@helpers) {
        syswrite $helper->{socket}, "go\n";
        waitpid $helper->{pid}, 0;
    }
    last if $beside == HELPERS * EACH;
}
is($answer, 200, 'another client is answered beside two thousand unfinished requests');
is($beside, HELPERS * EACH, 'all two thousand unfinished requests were open when the other client was answered');
is($client->()->get('/products/health')->code, 200,
    'a client is answered after the unfinished requests have ended');
open my $log, '<', "$dir/bookable_error.log" or die "$dir/bookable_error.log: $!\n";
is(scalar(grep { /exit signal/ } <$log>), 0, 'no child of httpd died');

done_testing();
