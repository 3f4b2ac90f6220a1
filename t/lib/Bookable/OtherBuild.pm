package Bookable::OtherBuild;

# The modules as another version has them: of a copy of the sources that was changed, what the changes reach is
# compiled, and linked with what make compiled; for the tests of what an upgrade does to a server that runs.
#
#   my $other = Bookable::OtherBuild->new([ 'lib/limit/bk_gate.h', qr/PLACES 64/, sub { 'PLACES 32' } ]);
#   my $modules = Bookable::OtherBuild::Modules->new;    # where httpd loads from
#   $modules->install($other);    $modules->install(undef);    # and back to those that make built
#   local $ENV{BOOKABLE_BUILDDIR} = $modules->dir;
#
# Taken from the environment: CC, and what Bookable::Server takes.

use strict;
use warnings FATAL => 'all';

use File::Basename qw(dirname);
use File::Copy ();
use File::Path ();
use File::Spec::Functions qw(rel2abs);
use File::Temp ();

use Bookable::File qw(slurp slurp_if write_file);
use Bookable::Server ();

my $TOP      = rel2abs(dirname(__FILE__) . '/../../..');
my @SERVICES = qw(user space booking product);

# Where the modules were built.
sub _build { return dirname(Bookable::Server::module_path('user')) . '/../..' }

# What configure found: a variable of the build's Makefile.
sub _configured
{
    my (@names) = @_;
    my $build = _build();
    open my $in, '<', "$build/Makefile" or die "$build/Makefile: $!\n";
    my %value = map { /^(\w+) *= *(.*)$/ ? ($1 => $2) : () } <$in>;
    return join ' ', map { $value{$_} // '' } @names;
}

sub _run
{
    my ($command) = @_;
    my $said = qx(($command) 2>&1);
    die "$command:\n$said\n" if $?;
    return;
}

# The sources, with each change made: [file, what is there, a function that says what is to be there].
sub _copy_sources
{
    my ($dir, @changes) = @_;
    my @folders = ('lib', map { "mod_$_" } @SERVICES);
    _run("cd '$TOP' && find @folders -name '*.[ch]' | tar -cf - -T - | tar -C '$dir' -xf -");
    for (@changes) {
        my ($file, $old, $new) = @$_;
        my $text = slurp("$dir/$file");
        $text =~ s/$old/$new->()/e or die "$file has no $old\n";
        unlink "$dir/$file";
        write_file("$dir/$file", $text);
    }
    return;
}

# Whether what make compiled of a source knows nothing of these files, by what the compiler wrote of it: then
# that is what another version would be compiled to.
sub _is_as_made
{
    my ($source, @changed) = @_;
    my ($folder, $name) = $source =~ m{(.*)/(.*)\.c\z};
    my ($made) = grep { m{/(?:\w+_la-)?$name\.Plo\z} } glob _build() . "/$folder/.deps/*$name.Plo" or return;
    my $said = slurp_if($made);
    my $any = join '|', map { quotemeta } @changed;
    return $said =~ m{/\Q$source\E\s} && $said !~ m{/(?:$any)[\s:]};
}

sub new
{
    my ($class, @changes) = @_;
    my $self  = bless { dir => File::Temp->newdir }, $class;
    my $dir   = $self->{dir};
    my $cc    = $ENV{CC} || 'cc';
    my $flags = '-O0 -w -fPIC -std=gnu11 -include version.h ' . _configured(qw(HTTPD_CPPFLAGS APR_CFLAGS
        JANSSON_CFLAGS CRYPTO_CFLAGS SQLITE_CFLAGS LIBPQ_CFLAGS ICU_CFLAGS GLIB_CFLAGS));
    _copy_sources($dir, @changes);
    # A file, and not an option, whose quotes two shells would take away.
    write_file("$dir/version.h", "#define BK_VERSION \"another\"\n");
    # What needs a library of its own is no part of these modules, nor what stands for one.
    _run("cd '$dir' && rm -rf lib/redis lib/db/none");
    my %named   = map { $_ => 1 } split /\n/, qx(cd '$dir' && grep -rlw BK_VERSION lib mod_*);
    my @changed = (keys %named, map { $_->[0] } @changes);
    my @sources = grep { !_is_as_made($_, @changed) } split /\n/, qx(cd '$dir' && find lib mod_* -name '*.c');
    # Each in its folder.
    _run("cd '$dir' && echo @sources | xargs -P 2 -n 12 sh -c '"
        . "lib=\$(find lib -type d | sed s/^/-I/); for f in \"\$@\"; do $cc $flags \$lib -I\${f%%/*}"
        . " -c \"\$f\" -o \"\${f%.c}.o\" || exit 1; done' _");
    $self->_link($_, map { s/\.c\z/.o/r } @sources) for @SERVICES;
    return $self;
}

# The objects of this version come first: what the archives have under the same names is then left there.
sub _link
{
    my ($self, $service, @objects) = @_;
    my $cc    = $ENV{CC} || 'cc';
    my $dir   = $self->{dir};
    my $build = _build();
    my %own   = map { m{([^/]+)\z} ? ($1 => 1) : () } @objects;
    my @ours  = grep { m{^(?:lib|mod_$service)/} } @objects;
    my @made  = grep { m{_la-(.+)\z} && !$own{$1} } glob "$build/mod_$service/.libs/mod_${service}_la-*.o";
    my @archives = (glob("$build/mod_$service/.libs/lib*.a"),
        map { "$build/lib/.libs/libbookable$_.a" } qw(_httpd_zones _httpd _zone _name));
    my $libs = _configured(qw(ATOMIC_LIBS APR_LIBS JANSSON_LIBS CRYPTO_LIBS SQLITE_LIBS LIBPQ_LIBS ICU_LIBS GLIB_LIBS));
    _run("cd '$dir' && echo '{ global: ${service}_module; local: *; };' >$service.map && $cc -shared -o mod_$service.so"
        . " @ours @made @archives -Wl,--version-script=$service.map $libs");
    return;
}

sub module_path { my ($self, $service) = @_; return "$self->{dir}/mod_$service.so" }

# ---- where httpd loads from ----------------------------------------------------------------------

package Bookable::OtherBuild::Modules;

sub new
{
    my ($class) = @_;
    my $self = bless { dir => File::Temp->newdir,
        made => { map { $_ => Bookable::Server::module_path($_) } @SERVICES } }, $class;
    chmod 0755, $self->{dir};
    return $self->install(undef);
}

sub dir { my ($self) = @_; return "$self->{dir}" }

# As a package manager does it: the file is replaced by another. These services, or all.
sub install
{
    my ($self, $build, @services) = @_;
    for my $service (@services ? @services : @SERVICES) {
        my $from   = $build ? $build->module_path($service) : $self->{made}{$service};
        my $folder = "$self->{dir}/mod_$service/.libs";
        File::Path::make_path($folder);
        File::Copy::copy($from, "$folder/new") or die "$from: $!\n";
        rename "$folder/new", "$folder/mod_$service.so" or die "$folder: $!\n";
    }
    return $self;
}

1;
