package org.equipoise.architecture;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.name;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.GeneralCodingRules.ACCESS_STANDARD_STREAMS;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTag;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.CompositeArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.NullMarked;

/** The order of the packages, and what each may touch. */
@ArchTag("architecture")
@AnalyzeClasses(packages = LayeringTest.ROOT, importOptions = ImportOption.DoNotIncludeTests.class)
class LayeringTest {
    static final String ROOT = "org.equipoise";

    /** A package may depend on the ones before it; the root package on all but those of {@link #ABOVE_THE_LIBRARY}. */
    private static final List<String> ORDER = List.of(
            "error",
            "random",
            "parallel",
            "memory",
            "tensor",
            "kernel",
            "config",
            "distributed",
            "network",
            "dynamics",
            "learning",
            "data",
            "interop",
            "plot",
            "training",
            "experiment",
            "report",
            "cli");

    /** Programs that stand on the library, the root package, as an embedding one would; the library knows nothing of them. */
    private static final List<String> ABOVE_THE_LIBRARY = List.of("report", "cli");

    @ArchTest
    static final ArchRule dependenciesPointToEarlierPackages = pointsToEarlierPackages();

    @ArchTest
    static final ArchRule theLibraryKnowsNothingOfPrograms = noClasses()
            .that()
            .resideInAPackage(ROOT)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(ABOVE_THE_LIBRARY.stream().map(LayeringTest::in).toArray(String[]::new))
            .because("it is embedded in other programs, which have no use for a command line");

    @ArchTest
    static final ArchRule everyPackageHasAPlaceInTheOrder = classes()
            .should()
            .resideInAnyPackage(placesInTheOrder())
            .because("a new package needs a place in the order that LayeringTest keeps");

    @ArchTest
    static final ArchRule memoryStandsOnErrorsAlone = noClasses()
            .that()
            .resideInAPackage(in("memory"))
            .should()
            .dependOnClassesThat(resideInAnyPackage(allBut("memory", "error")))
            .allowEmptyShould(true);

    @ArchTest
    static final ArchRule configurationStandsOnErrorsAndTheListsOfFunctions = noClasses()
            .that()
            .resideInAPackage(in("config"))
            .should()
            .dependOnClassesThat(resideInAnyPackage(allBut("config", "error"))
                    .and(not(name(ROOT + ".kernel.Activation")))
                    .and(not(nameMatching(ROOT + "\\.kernel\\.Surrogate(\\$\\w+)?"))))
            .because("a configuration says what a run is, and not how it is carried out")
            .allowEmptyShould(true);

    @ArchTest
    static final ArchRule packagesAreFreeOfCycles =
            slices().matching(ROOT + ".(**)").should().beFreeOfCycles().allowEmptyShould(true);

    @ArchTest
    static final ArchRule fileFormatsStayAtTheEdge = noClasses()
            .that(resideInAnyPackage(ROOT + "..")
                    .and(JavaClass.Predicates.resideOutsideOfPackages(
                            in("config"), in("data"), in("training"), in("interop"), in("cli"))))
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("tools.jackson..", "com.fasterxml.jackson..", "org.snakeyaml..")
            .allowEmptyShould(true);

    @ArchTest
    static final ArchRule plotsStandOnFilesAlone = noClasses()
            .that()
            .resideInAPackage(in("plot"))
            .should()
            .dependOnClassesThat(resideInAnyPackage(allBut("plot", "interop", "error")))
            .because("a figure is drawn from numbers and labels, whatever they were measured on")
            .allowEmptyShould(true);

    @ArchTest
    static final ArchRule onlyPlotsDraw = noClasses()
            .that()
            .resideOutsideOfPackage(in("plot"))
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("org.knowm..")
            .because("figures look alike when one package draws them all")
            .allowEmptyShould(true);

    @ArchTest
    static final ArchRule reportsStandBesideExperiments = noClasses()
            .that()
            .resideInAPackage(in("report"))
            .should()
            .dependOnClassesThat()
            .resideInAPackage(in("experiment"))
            .because("a report tells of runs, and of nothing that was measured apart from them")
            .allowEmptyShould(true);

    @ArchTest
    static final ArchRule onlyTheCommandLineParsesArguments = noClasses()
            .that()
            .resideOutsideOfPackage(in("cli"))
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("picocli..")
            .allowEmptyShould(true);

    @ArchTest
    static final ArchRule onlyTheCommandLinePrints = noClasses()
            .that()
            .resideOutsideOfPackage(in("cli"))
            .should(ACCESS_STANDARD_STREAMS)
            .because("the engine is embedded in other programs, and stdout carries the one JSON object of --json")
            .allowEmptyShould(true);

    @ArchTest
    static final ArchRule onlyKernelsUseVectors = noClasses()
            .that()
            .resideOutsideOfPackage(in("kernel"))
            .should()
            .dependOnClassesThat()
            .resideInAPackage("jdk.incubator.vector..")
            .because("everything above a kernel must run the same on its scalar twin")
            .allowEmptyShould(true);

    @ArchTest
    static final ArchRule everyPackageIsNullMarked =
            classes().should(resideInANullMarkedPackage()).allowEmptyShould(true);

    private static String in(String name) {
        return ROOT + "." + name + "..";
    }

    private static String[] placesInTheOrder() {
        List<String> places = new ArrayList<>(List.of(ROOT));
        ORDER.stream().map(LayeringTest::in).forEach(places::add);
        return places.toArray(String[]::new);
    }

    private static ArchRule pointsToEarlierPackages() {
        return CompositeArchRule.of(IntStream.range(0, ORDER.size())
                .mapToObj(i -> staysClearOf(ORDER.get(i), ORDER.subList(i + 1, ORDER.size())))
                .toList());
    }

    private static String[] allBut(String... names) {
        List<String> others = new ArrayList<>(List.of(ROOT));
        ORDER.stream()
                .filter(name -> !List.of(names).contains(name))
                .map(LayeringTest::in)
                .forEach(others::add);
        return others.toArray(String[]::new);
    }

    /** The root package, the library, counts as later than all that it is made of. */
    private static ArchRule staysClearOf(String name, List<String> others) {
        List<String> forbidden =
                new ArrayList<>(others.stream().map(LayeringTest::in).toList());
        if (!ABOVE_THE_LIBRARY.contains(name)) {
            forbidden.add(ROOT);
        }
        return noClasses()
                .that()
                .resideInAPackage(in(name))
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(forbidden.toArray(String[]::new))
                .allowEmptyShould(true);
    }

    private static ArchCondition<JavaClass> resideInANullMarkedPackage() {
        return new ArchCondition<>("reside in a package whose package-info is @NullMarked") {
            @Override
            public void check(JavaClass item, ConditionEvents events) {
                if (!item.getPackage().isAnnotatedWith(NullMarked.class)) {
                    events.add(SimpleConditionEvent.violated(
                            item, item.getPackageName() + " (" + item.getSimpleName() + ") lacks @NullMarked"));
                }
            }
        };
    }
}
