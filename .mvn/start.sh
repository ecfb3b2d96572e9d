# Starts Equipoise's Java process; sourced by equipoise and by the launcher of the image. Plain POSIX shell.
#
#   EQUIPOISE_JAVA_OPTS    more options for the JVM, blanks between them; these and those that Java itself takes from
#                          JAVA_TOOL_OPTIONS, JDK_JAVA_OPTIONS and _JAVA_OPTIONS replace those of the same kind below

# In less than this Java does not start, or ends at once without a word: in MB of addresses, in MB of memory of a control group, and
# in threads.
start_least_addresses=600
start_least_memory=100
start_least_processes=14

say() { printf '%s\n' "$1" >&2; }

# start_java JAVA HOME JAR ARGUMENT...: becomes that Java with the jar, whose path is from the folder HOME.
start_java() {
    start_java=$1 start_home=$2 start_jar=$2/$3
    case $start_jar in
    *:*) start_without_colon "$3" ;;
    esac
    shift 3
    start_words='' # shell words, which "eval" makes arguments at the end
    set -f
    start_read_theirs
    start_temporary
    start_encoding
    start_within_limits

    # Tensors lie off the heap and the kernels allocate nothing, so the heap stays small and quiet: the serial collector
    # has no threads of its own to take cores from training, and the heap leaves three quarters of the memory alone.
    # Guesses of the compiler about the types of values now and then leave vectors boxed, ten times as slow, for the whole of a run.
    theirs -XX:TypeProfileLevel || word -XX:TypeProfileLevel=0
    theirs_is_a_collector || word -XX:+UseSerialGC
    theirs_is_a_heap || word -XX:MaxRAMPercentage=25
    word --add-modules jdk.incubator.vector --enable-native-access=ALL-UNNAMED '"-Dequipoise.home=$start_home"'
    # What the JVM says of itself goes to standard error, and what it leaves when it crashes to the temporary folder.
    case "${JAVA_TOOL_OPTIONS-} ${JDK_JAVA_OPTIONS-}" in
    *-Xlog* | *-verbose*) ;; # which come before, and would be undone
    *) word -Xlog:disable -Xlog:all=warning:stderr ;;
    esac
    theirs -XX:ErrorFile || theirs -XX:+ErrorFileTo || word '"-XX:ErrorFile=$start_temporary/equipoise-crash-%p.log"'
    theirs DumpReplayDataOnError || theirs -XX:ReplayDataFile || word -XX:-DumpReplayDataOnError
    theirs CreateCoredumpOnCrash || word -XX:-CreateCoredumpOnCrash
    # A profile shows inlined methods where they were inlined only if the compiler keeps more of its debug information.
    for start_argument; do
        case $start_argument in
        --profile | --profile=*) word -XX:+UnlockDiagnosticVMOptions -XX:+DebugNonSafepoints ;;
        esac
    done
    start_streams
    [ -z "${EQUIPOISE_JAVA_OPTS-}" ] || word '$EQUIPOISE_JAVA_OPTS'
    start_count=0
    while [ $# -gt 0 ]; do
        case $1 in
        -D?*) start_count=$((start_count + 1)) && eval "start_property_$start_count=\$1" && shift ;;
        *) break ;;
        esac
        word "\"\$start_property_$start_count\""
    done
    eval "set -- $start_words -jar \"\$start_jar\" \"\$@\""
    exec "$start_java" "$@"
}

# More words of the command line, quoted for "eval".
word() { start_words="$start_words $*"; }

# True where the user's options for the JVM hold these characters.
theirs() {
    case $start_theirs in
    *"$1"*) return 0 ;;
    *) return 1 ;;
    esac
}

start_read_theirs() {
    start_theirs="${JAVA_TOOL_OPTIONS-} ${JDK_JAVA_OPTIONS-} ${_JAVA_OPTIONS-} ${EQUIPOISE_JAVA_OPTS-}"
    for start_option in $start_theirs; do
        case $start_option in
        @?*) start_option=${start_option#@} ;;
        -XX:VMOptionsFile=* | -XX:Flags=*) start_option=${start_option#*=} ;;
        *) continue ;;
        esac
        [ ! -f "$start_option" ] || start_theirs="$start_theirs $(cat "$start_option" 2>/dev/null)"
    done
}

# Of several collectors the JVM takes none.
theirs_is_a_collector() {
    for start_collector in Serial Parallel G1 Z Shenandoah Epsilon; do
        theirs "-XX:+Use${start_collector}GC" && return 0
    done
    theirs -XX:-UseSerialGC
}

theirs_is_a_heap() {
    for start_option in -Xmx -Xms -mx -ms -XX:MaxHeapSize -XX:InitialHeapSize -XX:MaxRAM -XX:InitialRAM -XX:MinRAM; do
        theirs "$start_option" && return 0
    done
    return 1
}

# The folder for what lasts as long as a process. Java knows TMPDIR on no system but macOS.
start_temporary() {
    start_temporary=/tmp
    if [ -n "${TMPDIR-}" ] && [ -d "$TMPDIR" ] && [ -w "$TMPDIR" ]; then
        start_temporary=${TMPDIR%/}
        theirs -Djava.io.tmpdir= || word '"-Djava.io.tmpdir=$start_temporary"'
    fi
}

# Java takes its file names and output encoding from the locale, and with a bare one, or one that is not installed, has ASCII only.
start_encoding() {
    if ! command -v locale >/dev/null; then
        case ${LC_ALL:-${LC_CTYPE:-${LANG:-C}}} in
        C | POSIX) export LC_ALL=C.UTF-8 ;;
        esac
        return
    fi
    case $(locale charmap 2>/dev/null) in
    '' | *ASCII* | ANSI_X3.4* | 646) ;;
    *) return ;;
    esac
    for start_locale in C.UTF-8 en_US.UTF-8; do
        if [ "$(LC_ALL=$start_locale locale charmap 2>/dev/null)" = UTF-8 ]; then
            export LC_ALL=$start_locale
            return
        fi
    done
    word -Dstdout.encoding=UTF-8 -Dstderr.encoding=UTF-8
}

# Java divides its class path at every ':'. The folder of the jar, kept open, has another name without one.
start_without_colon() {
    if [ ! -d "/proc/$$/fd" ]; then
        say "The path $start_home has a ':' in it, which Java cannot load from: move Equipoise to another folder."
        exit 2
    fi
    start_folder=${start_jar%/*}
    exec 6<"$start_folder"
    start_jar=/proc/$$/fd/6/${start_jar##*/}
}

# Java reserves a gigabyte of addresses for classes and a quarter for compiled code, whatever it uses of them.
start_within_limits() {
    start_addresses='' start_data='' start_processes=''
    [ -r /proc/self/limits ] || return 0
    while read -r start_line; do
        case $start_line in
        "Max address space"*) soft_limit "${start_line#Max address space}" && start_addresses=$start_limit ;;
        "Max data size"*) soft_limit "${start_line#Max data size}" && start_data=$start_limit ;;
        "Max processes"*) soft_limit "${start_line#Max processes}" && start_processes=$start_limit ;;
        esac
    done </proc/self/limits
    memory_of_group
    if [ -n "$start_addresses" ] && [ "$((start_addresses / 1000000))" -lt $start_least_addresses ]; then
        say "The addresses of a process are limited to $((start_addresses / 1000000)) MB (ulimit -v), and Java needs $start_least_addresses MB to start."
        exit 1
    fi
    if [ -n "$start_memory" ] && [ "$((start_memory / 1000000))" -lt $start_least_memory ]; then
        say "The memory of this control group is limited to $((start_memory / 1000000)) MB, and Java needs $start_least_memory MB to start."
        exit 1
    fi
    if [ -n "$start_processes" ] && [ "$start_processes" -lt $start_least_processes ]; then
        say "A user's processes and threads are limited to $start_processes (ulimit -u), and Java needs $start_least_processes to start."
        exit 1
    fi
    # Each processor's compilers have threads, and so have those of the kernels, which are named by --threads.
    if [ -n "$start_processes" ] && [ "$start_processes" -lt 256 ]; then
        theirs -XX:CICompilerCount || theirs -XX:TieredStopAtLevel || theirs -Xint || word -XX:CICompilerCount=2
    fi
    start_room=${start_addresses:-$start_data}
    [ -z "$start_data" ] || [ "$start_data" -ge "$start_room" ] || start_room=$start_data
    [ -n "$start_room" ] && [ "$start_room" -lt 34000000000 ] || return 0
    # Every thread of the C library's allocator would reserve 64 MB.
    export MALLOC_ARENA_MAX="${MALLOC_ARENA_MAX:-2}"
    theirs -XX:CompressedClassSpaceSize || word "-XX:CompressedClassSpaceSize=$(($(within 1 $((start_room / 1000000000)) 32) * 32))m"
    theirs -XX:ReservedCodeCacheSize || word "-XX:ReservedCodeCacheSize=$(within 24 $((start_room / 32 / 1048576)) 240)m"
    # Of a quarter of the limit and a quarter of the memory the heap gets the smaller, which Java would take for itself.
    start_kept=${start_memory:-$start_room}
    while read -r start_key start_value start_line; do
        case $start_key in
        MemTotal:) [ "$((start_value * 1024))" -ge "$start_kept" ] || start_kept=$((start_value * 1024)) && break ;;
        esac
    done </proc/meminfo
    [ "$start_room" -ge "$start_kept" ] || start_kept=$start_room
    theirs_is_a_heap || word "-Xmx$((start_kept / 4 / 1048576))m"
}

# within LEAST VALUE MOST
within() {
    if [ "$2" -lt "$1" ]; then
        printf '%s\n' "$1"
    elif [ "$2" -gt "$3" ]; then
        printf '%s\n' "$3"
    else
        printf '%s\n' "$2"
    fi
}

# The first of the columns behind a limit's name, if it is a number.
soft_limit() {
    for start_limit in $1; do break; done
    [ "$start_limit" != unlimited ]
}

# The least memory that the control groups around this process have, nothing where they leave it open.
memory_of_group() {
    start_memory=''
    [ -r /proc/self/cgroup ] || return 0
    while IFS=: read -r start_number start_controllers start_path; do
        case $start_controllers in
        '') start_folder=/sys/fs/cgroup start_file=memory.max ;;
        memory | memory,* | *,memory | *,memory,*) start_folder=/sys/fs/cgroup/memory start_file=memory.limit_in_bytes ;;
        *) continue ;;
        esac
        start_path=${start_path%/}
        while :; do
            start_value=''
            [ ! -r "$start_folder$start_path/$start_file" ] || read -r start_value <"$start_folder$start_path/$start_file"
            case $start_value in
            '' | *[!0-9]* | ????????????????*) ;; # none, "max", and what stands for it
            *) [ -n "$start_memory" ] && [ "$start_memory" -le "$start_value" ] || start_memory=$start_value ;;
            esac
            [ -n "$start_path" ] || break
            start_path=${start_path%/*}
        done
    done </proc/self/cgroup
}

# While it starts, Java warns that a module is incubating, and no option turns that off; and the JVM, its agents and recordings say
# things on standard output, which is for results. Both streams of the JVM therefore begin at a filter, which takes that one line and
# leads to standard error. The program then puts the real ones, kept as numbers 3 and 5, back in their place.
start_streams() {
    true 4>&2 || exec 2>/dev/null
    exec 3>&2
    word -Dequipoise.stderr=3
    start_filter
    if { true 4>&1; } 2>/dev/null; then
        exec 5>&1 1>&2
        word -Dequipoise.stdout=5
    else
        # A number that is free would be given to the next file that is opened, for results to be written to.
        exec 1</dev/null
    fi
}

# A pipe with a name, since the shell of every system can make one. Without a folder for it the line is seen, and all else is as usual.
start_filter() {
    command -v mkfifo >/dev/null && command -v grep >/dev/null && command -v rm >/dev/null || return 0
    for start_folder in "$start_temporary" /dev/shm "${XDG_RUNTIME_DIR:-/run}"; do
        start_pipe=$start_folder/.equipoise-$$
        [ -w "$start_folder" ] && mkfifo -m 600 "$start_pipe" 2>/dev/null || continue
        (
            trap '' HUP INT TERM
            exec grep -v '^WARNING: Using incubator modules: '
        ) <"$start_pipe" >&3 2>/dev/null 3>&- &
        exec 2>"$start_pipe"
        rm -f "$start_pipe"
        return 0
    done
}
