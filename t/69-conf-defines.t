# What an administrator defines before including a file of conf/ stays as it was defined, and takes no
# other name's default away. Which names there are is read from the files.

use strict;
use warnings FATAL => 'all';

use Apache::Test qw(-withtestmore);
use Cwd qw(realpath);
use File::Basename qw(dirname);
use File::Path qw(make_path);
use File::Temp ();

use Bookable::Certificate ();
use Bookable::File qw(slurp);
use Bookable::Server;

my @SERVICES = qw(user space booking product);
my $CONF = realpath(dirname($INC{'Bookable/Server.pm'}) . '/../../../conf');
my $DIR  = File::Temp->newdir('bookable-XXXXXX', TMPDIR => 1);

# Values that cannot be made of the default by changing it.
my %OTHER = (
    USER        => 'nobody',
    GROUP       => '#65534',
    DRIVER      => 'pgsql',
    DATABASE    => 'host=127.0.0.1 dbname=bookable connect_timeout=2',
    CONNECTIONS => 7,
    SERVICE     => 'product',
    INSTANCE    => 'other-7',
    TRUSTED     => '10.0.0.0/8',
    CACHE       => "shmcb:$DIR/other/cache(2097152)",
    HTTPD       => "$DIR/other/modules",
    TLS_LISTEN  => '127.0.0.1:8444',
    PROXY_RETRY => "$DIR/other/mod_proxy_retry.so",
    MEMBER      => 'connectiontimeout=2 ttl=4 hcmethod=GET',
);

sub write_file { my ($file, $text) = @_; make_path(dirname($file)); return Bookable::File::write_file($file, $text) }

# Defaults are places of the whole machine: in the copies that are tested they are below a directory.
sub moved { my ($text) = @_; return $text =~ s{(?<=[ "])/(etc/bookable|run|var/l\w+)}{$DIR/$1}gr }

for my $file (glob "$CONF/*.conf") {
    my ($name) = $file =~ m{([^/]+)$};
    write_file("$DIR/conf/$name", moved(slurp($file)));
}
for my $name (qw(members.conf tls.conf)) {
    write_file("$DIR/$_/$name", moved(slurp("$CONF/$name"))) for qw(etc/bookable other);
}
make_path(map { "$DIR/$_" } qw(other/log other/run), map({ "var/log/bookable/$_" } 'gateway', @SERVICES),
    map({ "run/bookable-$_" } qw(gateway other-7), map { "$_-1" } @SERVICES));
my $stock = Bookable::Server::_libexecdir();
symlink $stock, "$DIR/other/modules" or die "$DIR/other/modules: $!\n";
Bookable::Certificate::make(map { "$DIR/etc/bookable/tls.$_" } qw(key crt)) or die "openssl req failed\n";
for my $name (qw(tls.key tls.crt)) {
    write_file("$DIR/other/$name", slurp("$DIR/etc/bookable/$name"));
}

# The names that the file gives a default, in its order, and that default.
sub defaults
{
    my ($file) = @_;
    my @found;
    for (split /\n/, slurp($file)) {
        next if !/^\s*Define (BOOKABLE_\w+) +(.+)$/;
        my ($variable, $value) = ($1, $2);
        push @found, [$variable, $value =~ s/^"(.*)"$/$1/r];
    }
    return @found;
}

sub other
{
    my ($variable, $default) = @_;
    my ($short) = $variable =~ /^BOOKABLE_(\w+)$/;
    return $OTHER{$short} if defined $OTHER{$short};
    return "$1:" . ($2 + 1) if $default =~ /^([\d.]+):(\d+)$/;
    return "$DIR/other/" . lc $short if $short =~ /^(RUN|LOG)$/;
    return "$DIR/other/$1" if $default =~ m{^/.*?([^/]+)$};
    return "of $short no other value is known to this test";
}

my $has_tls = -e "$stock/mod_ssl.so" && -e "$stock/mod_http2.so";

# What httpd says of the names it knows, after a file that defines these first.
sub known
{
    my ($name, %defined) = @_;
    my %path = map { $_ => Bookable::Server::module_path($_) } @SERVICES;
    my @before = $name eq 'tls.conf' ? 'bookable.conf' : ();
    my @needed = $name eq 'service.conf' ? ($defined{BOOKABLE_SERVICE} // 'user')
        : $name ne 'gateway.conf' ? @SERVICES : ();
    my $text = join '', map { "LoadModule ${_}_module $path{$_}\n" } @needed;
    $text .= join '', map { qq(Define $_ "$defined{$_}"\n) } sort keys %defined;
    write_file("$DIR/httpd.conf", $text . join '', map { qq(Include "$DIR/conf/$_"\n) } @before, $name);
    my $tls = $name eq 'gateway.conf' && $has_tls ? '-D BOOKABLE_TLS' : '';
    my $output = qx('@{[ Bookable::Server::httpd() ]}' -t -D DUMP_RUN_CFG $tls -f '$DIR/httpd.conf' 2>&1);
    my %known = $output =~ /^Define: (\w+)=(.*)$/mg;
    diag($output) if !%known;
    return \%known;
}

# Names in values stand for theirs.
sub expanded
{
    my ($value, $of) = @_;
    1 while $value =~ s/\$\{(\w+)\}/$of->{$1} \/\/ "nothing of $1"/e;
    return $value;
}

for my $name (qw(bookable.conf gateway.conf service.conf), $has_tls ? 'tls.conf' : ()) {
    my @defaults = grep { $has_tls || $_->[0] !~ /_TLS_/ } defaults("$DIR/conf/$name");
    cmp_ok(scalar @defaults, '>=', 3, "$name gives its names defaults");
    for my $one (undef, @defaults) {
        my %defined = $one ? ($one->[0] => other(@$one)) : ();
        $defined{BOOKABLE_DATABASE} = $OTHER{DATABASE} if $defined{BOOKABLE_DRIVER};
        my %expected = (map({ @$_ } @defaults), %defined);
        my $all = $one ? "what was defined for $one->[0] before $name stays, and all other defaults"
            : "all defaults of $name hold where nothing was defined";
        my $known = known($name, %defined);
        is_deeply({map { $_ => $known->{$_} } keys %expected},
            {map { $_ => expanded($expected{$_}, \%expected) } keys %expected}, $all);
    }
    my %all = map { $_->[0] => other(@$_) } @defaults;
    my $known = known($name, %all);
    is_deeply({map { $_ => $known->{$_} } keys %all}, \%all, "all that was defined before $name stays");
}

# No file of conf/ sets a name that another may have set; marks, which have no value, aside, and what a house
# says in a configuration of its own, which includes the others.
for my $file (grep { !m{/house\.conf$} } glob "$CONF/*.conf") {
    my ($name) = $file =~ m{([^/]+)$};
    my ($guarded, @bare) = ('');
    for (split /\n/, slurp($file)) {
        $guarded = $1 if /^\s*<IfDefine !(\w+)>/;
        $guarded = '' if m{^\s*</IfDefine>};
        push @bare, $1 if /^\s*Define (\w+) +\S/ && $1 ne $guarded;
    }
    is("@bare", '', "$name defines no name but one that was not defined");
}

done_testing();
