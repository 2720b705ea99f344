import ConsoleRuntime
import PlainJSON

/// One import of definitions.
struct DefinitionsImport: Sendable {
    var act: ActOptions

    func run(_ path: String, on session: CommandSession) async throws(CommandFailure) {
        let file = try DefinitionsInput(path)
        var document: [JSON.Member] = [
            .init("action", .text("import definitions")), .init("file", .text(path)),
        ]
        let isProtected = session.auditor.rules?.isProtected == true
        // What adds is not asked about; a protected context is not changed by one word too few.
        let mustAsk = self.act.dryRun || isProtected || self.act.confirm != nil
        if mustAsk || self.act.json {
            let comparison = try await session.compare(file)
            document.append(.init("definitions", comparison.json))
            let plan = ["would import \(path)"] + comparison.lines(CommandOutput.style)
            let subject = ActOptions.Subject(
                question: "Import these definitions?", auditor: session.auditor)
            if mustAsk {
                guard try self.act.proceeds(plan, document: document, subject) else { return }
            }
        }
        let action = AuditedAct.command("import definitions", [.init("file", path)])
        try await session.audited(action) { () async throws(CommandFailure) in
            try await session.define(file)
        } outcome: {
            "done"
        }
        guard self.act.json else { return CommandOutput.tell("definitions loaded: \(path)") }
        try self.act.report([], document)
    }
}
