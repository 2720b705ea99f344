import ArgumentParser

extension Queuetop {
    /// The commands in the order in which help lists them.
    static let commandGroups = [
        CommandGroup(
            name: "Look",
            subcommands: [
                QueuesCommand.self, QueueCommand.self, PeekCommand.self, BindingsCommand.self,
                ConsumersCommand.self, ExportCommand.self,
            ]),
        CommandGroup(
            name: "Act",
            subcommands: [
                PurgeCommand.self, RequeueCommand.self, MoveCommand.self, PublishCommand.self,
                ConsumeCommand.self, ImportCommand.self,
            ]),
        CommandGroup(name: "Help", subcommands: [ManualCommand.self]),
    ]
}
