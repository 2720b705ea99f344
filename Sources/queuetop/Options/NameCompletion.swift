import ArgumentParser
import ConsoleRuntime
import FoundationEssentials
import Settings

extension CompletionKind {
    /// Contexts of the configuration; none when it cannot be read.
    static var contextNames: CompletionKind {
        .custom { words, _, prefix in
            let path = Self.value(of: "--config", in: words)
            let source = SettingsSource(
                chosenPath: path, environment: ProcessInfo.processInfo.environment)
            let names = (try? source.read())?.contexts.map(\.name) ?? []
            return names.filter { $0.hasPrefix(prefix) }
        }
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
