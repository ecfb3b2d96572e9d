# Finds Java installations; sourced by equipoise, mvnw and .ci/run. Plain POSIX shell.
#
#   EQUIPOISE_JAVA_HOME    the only installation to consider
#   EQUIPOISE_JDK_FOLDERS  folders that hold installations, ':' between them, instead of the usual ones

# find_java run|build: prints the home of the first installation that will do, or fails.
# 'run' takes a Java of 25 or later with the Vector API; 'build' takes a JDK 25, since an incubator module's
# interface may change with every release.
find_java() {
    if [ -n "${EQUIPOISE_JAVA_HOME-}" ]; then
        java_will_do "$1" "$EQUIPOISE_JAVA_HOME" && printf '%s\n' "$EQUIPOISE_JAVA_HOME"
        return
    fi
    if [ -n "${JAVA_HOME-}" ] && java_will_do "$1" "$JAVA_HOME"; then
        printf '%s\n' "$JAVA_HOME"
        return 0
    fi
    java_found=$(java_home_on_path)
    if [ -n "$java_found" ] && java_will_do "$1" "$java_found"; then
        printf '%s\n' "$java_found"
        return 0
    fi
    if [ -z "${EQUIPOISE_JDK_FOLDERS+set}" ]; then
        for java_found in /usr/lib/jvm/* /usr/java/* /opt/java/* /opt/*jdk* /usr/local/*jdk* \
            "${HOME-}"/.sdkman/candidates/java/* "${HOME-}"/.jdks/* "${HOME-}"/.asdf/installs/java/* \
            "${HOME-}"/.local/share/mise/installs/java/* "${HOME-}"/.jabba/jdk/* \
            /Library/Java/JavaVirtualMachines/* "${HOME-}"/Library/Java/JavaVirtualMachines/* \
            /opt/homebrew/opt/openjdk* /usr/local/opt/openjdk*; do
            java_try "$1" "$java_found" && return 0
        done
        return 1
    fi
    java_ifs=$IFS
    IFS=:
    for java_folder in $EQUIPOISE_JDK_FOLDERS; do
        IFS=$java_ifs
        for java_found in "$java_folder"/*; do
            java_try "$1" "$java_found" && return 0
        done
    done
    IFS=$java_ifs
    return 1
}

# java_missing run|build: says in one sentence what find_java did not find.
java_missing() {
    case $1 in
    build) java_wanted="a JDK 25 (java and javac)" ;;
    *) java_wanted="Java 25 or later with the jdk.incubator.vector module" ;;
    esac
    if [ -n "${EQUIPOISE_JAVA_HOME-}" ]; then
        printf '%s\n' "EQUIPOISE_JAVA_HOME is $EQUIPOISE_JAVA_HOME, which does not hold the needed $java_wanted." >&2
    else
        printf '%s\n' "Equipoise needs $java_wanted and found none: install one, or set JAVA_HOME to where it is." >&2
    fi
}

# build_missing: says in one sentence what a build needs and does not find, or fails.
build_missing() {
    if ! find_java build >/dev/null; then
        java_missing build 2>&1
    elif ! command -v mvn >/dev/null && [ -z "${MVNW_REPOURL-}" ]; then
        printf '%s\n' "Equipoise needs Apache Maven to build: install it, or set MVNW_REPOURL to a Maven repository to fetch it from."
    else
        return 1
    fi
}

# On macOS the home lies deeper in the folder that an installer makes.
java_try() {
    for java_home in "$2" "$2/Contents/Home" "$2/libexec/openjdk.jdk/Contents/Home"; do
        if java_will_do "$1" "$java_home"; then
            printf '%s\n' "$java_home"
            return 0
        fi
    done
    return 1
}

# Every JDK states its version and modules in the file "release": reading that is much quicker than starting it.
java_will_do() {
    [ -x "$2/bin/java" ] && [ -r "$2/release" ] || return 1
    java_version='' java_modules=''
    while IFS='=' read -r java_key java_value; do
        case $java_key in
        JAVA_VERSION) java_version=$java_value ;;
        MODULES) java_modules=$java_value ;;
        esac
    done <"$2/release"
    java_version=${java_version#\"}
    java_version=${java_version%%[!0-9]*}
    [ -n "$java_version" ] || return 1
    case $java_modules in
    '' | *jdk.incubator.vector*) ;;
    *) return 1 ;;
    esac
    if [ "$1" = build ]; then
        [ "$java_version" -eq 25 ] && [ -x "$2/bin/javac" ]
    else
        [ "$java_version" -ge 25 ]
    fi
}

# The home of the java on PATH, through links; a version manager's stand-in has to be asked.
java_home_on_path() {
    java_command=$(command -v java) || return 0
    # On macOS that is a placeholder, which asks the user to install something.
    [ "$java_command" != /usr/bin/java ] || [ ! -x /usr/libexec/java_home ] || return 0
    while [ -L "$java_command" ]; do
        java_link=$(readlink "$java_command")
        case $java_link in
        /*) java_command=$java_link ;;
        *) java_command=${java_command%/*}/$java_link ;;
        esac
    done
    java_home=$(CDPATH='' cd -- "${java_command%/*}/.." 2>/dev/null && pwd -P) || return 0
    if [ ! -r "$java_home/release" ]; then
        java_home=$("$java_command" -XshowSettings:properties -version 2>&1 | sed -n 's/^ *java\.home = //p')
    fi
    printf '%s\n' "$java_home"
}
