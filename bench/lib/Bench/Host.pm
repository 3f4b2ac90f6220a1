package Bench::Host;

# An httpd that serves one of conf/'s configurations, as it is, on a free port: what is measured is
# what is shipped.
#
#   my $host = Bench::Host->new(on => Bench::Store->new('shm'))->start;
#   ... $host->base_url ... $host->cpu ... $host->memory ...
#   $host->stop;
#
# serves   bookable (all four services), service or gateway, of conf/
# service  of conf/service.conf: which
# members  { service => [URL, ...] } for conf/gateway.conf and conf/service.conf
# on       a Bench::Store; the default is that of conf/
# load     further modules: { name => path }
# places   further names that are defined: { PROXY => '127.0.0.1' }
# before   configuration that comes before the file of conf/
# config   more configuration, behind it
# times    1: it logs how long each request takes, for times()

use strict;
use warnings FATAL => 'all';

use parent 'Bookable::Server';

use Bench::Usage ();
use Bookable::Process qw(group);
use File::Basename qw(dirname);
use File::Spec::Functions qw(rel2abs);

my $TOP = rel2abs(dirname(__FILE__) . '/../../..');
sub top { return $TOP }

my %ROUTE = (user => 'user', space => 'space', booking => 'booking', product => 'products');

sub new
{
    my ($class, %args) = @_;
    my $self =
        $class->SUPER::new(serves => 'bookable', store => 'sqlite', cache => 'none', load => {}, places => {}, %args);
    $self->{modules} = [ $self->{service} ] if $self->{serves} eq 'service';
    $self->{modules} = [] if $self->{serves} eq 'gateway';
    return $self;
}

sub error_log
{
    my ($self) = @_;
    my %name = (bookable => 'bookable', gateway => 'gateway', service => $self->{service});
    return "$self->{dir}/$name{ $self->{serves} }_error.log";
}

sub _places
{
    my ($self) = @_;
    my ($user, $group) = $> == 0 ? ('nobody', group()) : ("#$>", '#' . ($) + 0));
    my %place = (
        LISTEN => "127.0.0.1:$self->{port}",
        USER => $user,
        GROUP => $group,
        DATABASE => $self->db,
        RUN => $self->{dir},
        LOG => $self->{dir},
        HTTPD => Bookable::Server::_libexecdir(),
        MEMBERS => "$self->{dir}/members.conf",
        ERRORS => "$TOP/conf/errors.conf",
        PROXY_RETRY => Bookable::Server::module_path('proxy_retry'),
        %{ $self->{places} },
    );
    @place{qw(SERVICE INSTANCE TRUSTED)} = ($self->{service}, $self->{service}, '127.0.0.1')
        if $self->{serves} eq 'service';
    return join '', map { qq(Define BOOKABLE_$_ "$place{$_}"\n) } sort keys %place;
}

# As conf/members.conf has them.
sub _write_members
{
    my ($self) = @_;
    my $members = $self->{members} or return;
    my $text = '';
    for my $service (sort keys %$members) {
        $text .= "<Proxy balancer://$service>\n";
        $text .= "    BalancerMember $_ hcuri=/$ROUTE{$service}/health?for=read \${BOOKABLE_MEMBER}\n"
            for @{ $members->{$service} };
        $text .= "</Proxy>\n";
    }
    return $self->write_file('members.conf', $text);
}

sub config_text
{
    my ($self) = @_;
    $self->_write_members;
    my %load = (%{ $self->{load} }, map { $_ => Bookable::Server::module_path($_) } @{ $self->{modules} });
    my $text = $self->_places;
    $text .= "LoadModule ${_}_module \"$load{$_}\"\n" for sort keys %load;
    $text .= $self->{before} // '';
    $text .= "Include \"$TOP/conf/$self->{serves}.conf\"\n";
    $text .= "Include \"$TOP/conf/compat.conf\"\n" if grep { $_ eq 'user' } @{ $self->{modules} };
    $text .= $self->{on}->config if $self->{on} && @{ $self->{modules} };
    $text .= qq(LogFormat "%{msec}t %D %>s %m %U" times\nCustomLog "$self->{dir}/times.log" times\n)
        if $self->{times};
    return "$text$self->{config}\n";
}

# httpd's own times, from a request's first line to the last byte of its answer, as long as no client and
# no network has a part in it: [{ at (seconds since 1970, when it began), ms, status, method, path }].
sub times
{
    my ($self) = @_;
    open my $in, '<', "$self->{dir}/times.log" or die "times.log: $!\n";
    my @times;
    while (my $line = <$in>) {
        my ($at, $took, @request) = split ' ', $line;
        my %time = (at => $at / 1000, ms => $took / 1000);
        @time{qw(status method path)} = @request;
        push @times, \%time;
    }
    return @times;
}

# Execute some SQL in the database.
sub execute
{
    my ($self, @sql) = @_;
    return $self->{on}->query(@sql) if $self->{on}->is_pgsql;
    open my $out, '|-', 'sqlite3', '-cmd', '.timeout 10000', $self->db or die "sqlite3: $!\n";
    print {$out} ".output /dev/null\n", map { "$_;\n" } @sql;
    return close $out || die "sqlite3 fails\n";
}

# Seconds of CPU time that its processes have used, and those of its store's servers.
sub cpu
{
    my ($self) = @_;
    return Bench::Usage::cpu($self->pid) + ($self->{on} ? $self->{on}->cpu : 0);
}

# Bytes of memory that its processes hold.
sub memory { my ($self) = @_; return Bench::Usage::memory($self->pid) }

1;
