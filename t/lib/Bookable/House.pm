package Bookable::House;

# An httpd as an administrator sets it up who follows docs/sign-on.md: conf/bookable.conf, conf/tls.conf, and one
# of conf/sso-*.conf as they are, with TLS on a free port of the loopback address.
#
#   my $house = Bookable::House->new(sso => 'openidc');
#   $house->start(define => { OIDC_CLIENT => 'rooms' }, before => "...\n", after => "...\n");
#   ... $house->site ...                        # https://127.0.0.1:PORT

use strict;
use warnings FATAL => 'all';

use parent 'Bookable::Daemon';
use Cwd qw(realpath);
use File::Basename qw(dirname);
use HTTP::Response ();
use IO::Socket::INET ();

use Bookable::File ();
use Bookable::Process qw(free_port group spawn wait_until);
use Bookable::Server ();
use Bookable::SignOn ();

my $TOP  = realpath(dirname(__FILE__) . '/../../..');
my $CONF = "$TOP/conf";

# Why it cannot run here, with these modules of httpd; undef where it can.
sub missing
{
    my (@modules) = @_;
    my $stock = Bookable::Server::_libexecdir();
    my @missing = grep { !-e "$stock/mod_$_.so" } 'ssl', @modules;
    return @missing ? "httpd has no mod_$missing[0]" : undef;
}

# sso   which of conf/sso-*.conf; none
# name  by which it is asked: 127.0.0.1
sub new
{
    my ($class, %args) = @_;
    my $self = $class->make(host => '127.0.0.1', plain => free_port(), top => $TOP, %args);
    @$self{qw(key certificate)} = Bookable::SignOn::certificate($self->{dir});
    return $self;
}

sub name        { return 'httpd' }
sub site        { my ($self) = @_; return "https://$self->{host}:$self->{port}" }
sub base_url    { my ($self) = @_; return $self->site }
sub certificate { my ($self) = @_; return $self->{certificate} }
sub logs        { my ($self) = @_; return ($self->output, "$self->{dir}/bookable_error.log") }
sub error_log   { my ($self) = @_; return "$self->{dir}/bookable_error.log" }
sub db          { my ($self) = @_; return "$self->{dir}/bookable.db" }

# A file in its directory, which httpd's user can read.
sub write_file
{
    my ($self, $name, $text) = @_;
    my $file = Bookable::File::write_file("$self->{dir}/$name", $text);
    Bookable::Daemon::give_to_nobody($file);
    return $file;
}

# The whole configuration. define: BOOKABLE_ names; after: directives behind all files; inside: those of the virtual host
# with TLS.
sub config_text
{
    my ($self, %args) = @_;
    my $dir = $self->{dir};
    my %place = (LISTEN => "127.0.0.1:$self->{plain}", TLS_LISTEN => '127.0.0.1:' . ($args{inside} ? free_port() : $self->{port}), USER => 'nobody',
        GROUP => '"' . group() . '"', DATABASE => "$dir/bookable.db", RUN => $dir, LOG => $dir,
        HTTPD => Bookable::Server::_libexecdir(), MEMBERS => "$CONF/members.conf", ERRORS => "$CONF/errors.conf",
        CERTIFICATE => $self->{certificate}, KEY => $self->{key}, SITE => $self->site, %{ $args{define} || {} });
    my $text = join '', map { "Define BOOKABLE_$_ $place{$_}\n" } sort keys %place;
    $text .= "LoadModule ${_}_module " . Bookable::Server::module_path($_) . "\n" for qw(user space booking product);
    $text .= qq(Include "$CONF/$_.conf"\n) for qw(bookable tls), $self->{sso} ? "sso-$self->{sso}" : ();
    $text .= "Listen 127.0.0.1:$self->{port}\n<VirtualHost 127.0.0.1:$self->{port}>\nSSLEngine On\n$args{inside}</VirtualHost>\n"
        if $args{inside};
    # Two small children, and what a page would be.
    $text .= "ServerLimit 4\nThreadLimit 16\nThreadsPerChild 16\nMaxRequestWorkers 32\nMinSpareThreads 8\n"
        . "MaxSpareThreads 32\nUserBcryptCost 4\nLogLevel info\n";
    $text .= "LoadModule alias_module ${\Bookable::Server::_libexecdir()}/mod_alias.so\nAlias /book $dir/page\n"
        . "LoadModule dir_module ${\Bookable::Server::_libexecdir()}/mod_dir.so\n"
        . "<Directory $dir/page>\nSetHandler none\n</Directory>\n";
    return $text . ($args{after} // '');
}

sub start
{
    my ($self, %args) = @_;
    if (!-e "$self->{dir}/page") {
        mkdir "$self->{dir}/page" or die "$self->{dir}/page: $!\n";
        $self->write_file('page/index.html', "<!doctype html><title>Rooms</title><p>Rooms to book\n");
    }
    my $file = $self->write_file('httpd.conf', $self->config_text(%args));
    local %ENV = (%ENV, %{ $args{environment} || {} });
    $self->{pid} = spawn($self->output, Bookable::Server::httpd(), '-DFOREGROUND', '-d', $self->{dir}, '-f', $file);
    wait_until(60, sub { !$self->is_alive || IO::Socket::INET->new(PeerAddr => '127.0.0.1', PeerPort => $self->{port}) })
        && $self->is_alive or die "httpd does not start:\n" . $self->log_tail(40);
    return $self;
}

# What -t says: (exit status, output).
sub configtest
{
    my ($self, %args) = @_;
    my $file = $self->write_file('httpd.conf', $self->config_text(%args));
    my $output = qx('@{[ Bookable::Server::httpd() ]}' -t -d '$self->{dir}' -f '$file' 2>&1);
    return ($? >> 8, $output);
}

sub log_text
{
    my ($self) = @_;
    return Bookable::File::slurp_if($self->error_log);
}

# What curl is answered: an HTTP::Response. headers: an array; body: JSON; options: further ones of curl.
sub ask
{
    my ($self, $method, $path, %more) = @_;
    my @headers = @{ $more{headers} || [] };
    my @command = ('curl', '-s', '-i', '--cacert', $self->{certificate}, '-X', $method, @{ $more{options} || [] });
    push @command, '-H', 'Content-Type: application/json', '-d', $more{body} if defined $more{body};
    while (my ($name, $value) = splice @headers, 0, 2) { push @command, '-H', "$name: $value" }
    open my $curl, '-|', @command, $self->site . $path or die "curl: $!\n";
    my $text = do { local $/; <$curl> } // '';
    close $curl;
    # Of several answers, as an authentication in steps has them, the last.
    $text =~ s{\A.*\r\n\r\n(?=HTTP/[\d.]+ \d{3})}{}s;
    return HTTP::Response->parse($text =~ s{\AHTTP/2 }{HTTP/2.0 }r);
}

# Its children end with it.
sub kill9
{
    my ($self) = @_;
    my $pid = $self->{pid} or return;
    kill TERM => $pid;
    wait_until(10, sub { !$self->is_alive }) and return 1;
    kill KILL => -$pid;
    wait_until(10, sub { !$self->is_alive }) or die "httpd $pid survives kill -9\n";
    return 1;
}

1;
