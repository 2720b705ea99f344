import ArgumentParser
import ConsoleRuntime
import FoundationEssentials
import Screens
import Settings

extension CompletionKind {
    /// Contexts of the configuration; none when it cannot be read.
    static var contextNames: CompletionKind {
        .custom { words, _, prefix in
            let names = (try? Self.settings(of: words).read())?.contexts.map(\.name) ?? []
            return (names + [ContextName.embedded.text]).filter { $0.hasPrefix(prefix) }
        }
    }

    /// The configuration that the words of a command line mean.
    static func settings(of words: [String]) -> SettingsSource {
        SettingsSource(
            chosenPath: Self.value(of: "--config", in: words),
            environment: ProcessInfo.processInfo.environment)
    }

    /// The built-in themes and a person's own.
    static var themeNames: CompletionKind {
        .custom { _, _, prefix in
            ThemeLibrary(directories: ConsoleFiles.ofThisUser().themeDirectories).names
                .filter { $0.hasPrefix(prefix) }
        }
    }

    /// What stands behind an option in the words of a command line.
    static func value(of option: String, in words: [String]) -> String? {
        for (word, next) in zip(words, words.dropFirst()) where word == option { return next }
        return words.lazy.filter { $0.hasPrefix(option + "=") }
            .map { String($0.dropFirst(option.count + 1)) }.first
    }
}
